package io.agentsecrets;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Masks known secrets in free text: as they are, line by line, URL-encoded and Base64-encoded (also where a secret is
 * only a part of what was encoded, as in {@code user:password} of HTTP's basic authentication).
 *
 * <p>Of two secrets that overlap, the longer one is masked first. Secrets of one to three characters would riddle any
 * text with stars, so they are masked only where they stand as a word of their own.
 *
 * <p>Immutable and thread-safe. Building costs a few microseconds a secret and searching time in proportion to the text,
 * hardly more for many secrets than for few.
 */
public final class Redactor {

    /** Shorter forms are masked as whole words only. */
    private static final int SHORTEST_ANYWHERE = 4;

    /** Parts of a Base64 text are looked for only if they are this long; shorter ones occur by chance. */
    private static final int SHORTEST_BASE64_PART = 8;

    /** The forms that start with a pair of characters, longest first; a form of one character has NUL for its second. */
    private final Map<Integer, List<String>> formsByStart = new HashMap<>();

    private Redactor(Collection<SecretValue> secrets) {
        Set<String> forms = new HashSet<>();
        for (SecretValue secret : secrets) {
            addForms(secret.reveal(), forms);
        }
        for (String form : forms) {
            formsByStart
                    .computeIfAbsent(start(form, 0), start -> new ArrayList<>(1))
                    .add(form);
        }
        for (List<String> sameStart : formsByStart.values()) {
            sameStart.sort(Comparator.comparingInt(String::length).reversed());
        }
    }

    /**
     * Returns a redactor for the given secrets.
     *
     * @param secrets what to mask; empty ones are passed over
     * @return a redactor that knows just these
     */
    public static Redactor of(Collection<SecretValue> secrets) {
        return new Redactor(secrets);
    }

    /**
     * Masks the secrets in a text.
     *
     * @param text any text
     * @return the text with {@link SecretValue#MASK} in the place of each secret; the same object if it holds none
     */
    public String redact(String text) {
        StringBuilder masked = null;
        int copied = 0;
        int position = 0;
        while (position < text.length()) {
            int length = lengthOfSecretAt(text, position);
            if (length == 0) {
                position++;
                continue;
            }
            if (masked == null) {
                masked = new StringBuilder(text.length());
            }
            masked.append(text, copied, position).append(SecretValue.MASK);
            position += length;
            copied = position;
        }
        return masked == null
                ? text
                : masked.append(text, copied, text.length()).toString();
    }

    private int lengthOfSecretAt(String text, int position) {
        int length = longestFormAt(text, position, start(text, position));
        return length > 0 ? length : longestFormAt(text, position, text.charAt(position) << 16);
    }

    private int longestFormAt(String text, int position, int start) {
        for (String form : formsByStart.getOrDefault(start, List.of())) {
            if (text.startsWith(form, position)
                    && (form.length() >= SHORTEST_ANYWHERE || isWord(text, position, position + form.length()))) {
                return form.length();
            }
        }
        return 0;
    }

    private static boolean isWord(String text, int from, int to) {
        return (from == 0 || !Character.isLetterOrDigit(text.charAt(from - 1)))
                && (to == text.length() || !Character.isLetterOrDigit(text.charAt(to)));
    }

    private static int start(String text, int position) {
        char second = position + 1 < text.length() ? text.charAt(position + 1) : 0;
        return text.charAt(position) << 16 | second;
    }

    private static void addForms(String secret, Set<String> forms) {
        if (secret.isEmpty()) {
            return;
        }
        forms.add(secret);
        addLines(secret, forms);
        String urlEncoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        forms.add(urlEncoded);
        forms.add(urlEncoded.replace("+", "%20"));
        forms.add(lowerCaseEscapes(urlEncoded));
        forms.add(lowerCaseEscapes(urlEncoded.replace("+", "%20")));
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        addBase64(bytes, Base64.getEncoder().withoutPadding(), forms);
        addBase64(bytes, Base64.getUrlEncoder().withoutPadding(), forms);
    }

    /** A key of many lines is printed a line at a time, so each line that could identify it counts. */
    private static void addLines(String secret, Set<String> forms) {
        if (secret.indexOf('\n') < 0 && secret.indexOf('\r') < 0) {
            return;
        }
        for (String line : secret.split("[\r\n]+", -1)) {
            if (line.strip().length() >= SHORTEST_BASE64_PART) {
                forms.add(line.strip());
            }
        }
    }

    /** Adds the secret encoded by itself, and what three bytes of alignment leave of it inside a longer encoded text. */
    private static void addBase64(byte[] secret, Base64.Encoder encoder, Set<String> forms) {
        forms.add(encoder.encodeToString(secret));
        for (int before = 0; before < 3; before++) {
            byte[] aligned = new byte[before + secret.length];
            System.arraycopy(secret, 0, aligned, before, secret.length);
            String encoded = encoder.encodeToString(aligned);
            int firstWhole = (before * 8 + 5) / 6; // characters that also carry bits of what stands before
            int endWhole = aligned.length * 8 / 6; // the last one may carry bits of what stands after
            if (endWhole - firstWhole >= SHORTEST_BASE64_PART) {
                forms.add(encoded.substring(firstWhole, endWhole));
            }
        }
    }

    private static String lowerCaseEscapes(String urlEncoded) {
        StringBuilder text = new StringBuilder(urlEncoded);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                text.setCharAt(i + 1, Character.toLowerCase(text.charAt(i + 1)));
                text.setCharAt(i + 2, Character.toLowerCase(text.charAt(i + 2)));
            }
        }
        return text.toString();
    }
}
