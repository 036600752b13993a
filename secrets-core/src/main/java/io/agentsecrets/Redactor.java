package io.agentsecrets;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Masks known secrets in free text: as they are, line by line, escaped as in JSON, URL-encoded and Base64-encoded (also
 * where a secret is only a part of what was encoded, as in {@code user:password} of HTTP's basic authentication).
 *
 * <p>Of two secrets that start alike the longer one is masked; what overlaps is masked as one. Secrets of one to three
 * characters would riddle any text with stars, so they are masked only where they stand as a word of their own.
 *
 * <p>Immutable and thread-safe. Building costs a few microseconds a secret, and searching a text hardly more with many
 * secrets than with few, even if they start alike or are long: of each form only the beginning is looked for, in a sorted
 * list and by halves.
 */
public final class Redactor {

    /** Shorter forms are masked as whole words only. */
    private static final int SHORTEST_ANYWHERE = 4;

    /** Parts of a Base64 text are looked for only if they are this long; shorter ones occur by chance. */
    private static final int SHORTEST_BASE64_PART = 6;

    /** Lines of a longer secret are looked for only if they are this long. */
    private static final int SHORTEST_LINE = 8;

    /** No more of a form is looked for; what follows in the text is compared once it is found. */
    private static final int LONGEST_BEGINNING = 256;

    /** The beginnings of what is masked, sorted. */
    private final String[] beginnings;

    /** For each beginning the forms that are longer than it, or null. */
    private final @Nullable List<String>[] longer;

    /** For each beginning the index of the longest other one that it starts with, or -1. */
    private final int[] shorter;

    /** The characters that a form starts with. */
    private final BitSet firsts = new BitSet();

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Redactor(Collection<SecretValue> secrets) {
        Set<String> forms = new HashSet<>();
        for (SecretValue secret : secrets) {
            addForms(secret.reveal(), forms);
            addForms(secret.reveal().strip(), forms); // what is printed is often trimmed
        }
        SortedMap<String, @Nullable List<String>> longerByBeginning = new TreeMap<>();
        for (String form : forms) {
            if (form.length() <= LONGEST_BEGINNING) {
                longerByBeginning.putIfAbsent(form, null);
            } else {
                longerByBeginning.merge(form.substring(0, LONGEST_BEGINNING), List.of(form), Redactor::both);
            }
        }
        beginnings = longerByBeginning.keySet().toArray(new String[0]);
        longer = longerByBeginning.values().toArray(new List[0]);
        shorter = new int[beginnings.length];
        for (int i = 0; i < beginnings.length; i++) {
            firsts.set(beginnings[i].charAt(0));
            int start = i - 1;
            while (start >= 0 && !beginnings[i].startsWith(beginnings[start])) {
                start = shorter[start];
            }
            shorter[i] = start;
        }
    }

    private static List<String> both(@Nullable List<String> some, List<String> others) {
        List<String> all = new ArrayList<>(some == null ? List.of() : some);
        all.addAll(others);
        return all;
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
        return redact(text, false);
    }

    /**
     * Masks the secrets in the beginning of a longer text, also one that was cut in two by its end.
     *
     * @param beginning what was kept of a text
     * @return the text with {@link SecretValue#MASK} in the place of each secret and of the beginning of one at the end
     */
    public String redactTruncated(String beginning) {
        return redact(beginning, true);
    }

    private String redact(String text, boolean cut) {
        StringBuilder masked = new StringBuilder();
        int done = 0;
        for (int position = 0; position < text.length(); position++) {
            if (!firsts.get(text.charAt(position))) {
                continue;
            }
            boolean inside = position < done; // another secret may begin inside the one before
            int length = lengthOfSecretAt(text, position, cut, inside);
            if (length > 0 && !inside) {
                masked.append(text, done, position).append(SecretValue.MASK);
            }
            if (length > 0) {
                done = Math.max(done, position + length);
            }
        }
        return done == 0 ? text : masked.append(text, done, text.length()).toString();
    }

    private int lengthOfSecretAt(String text, int position, boolean cut, boolean inside) {
        int last = lastFormUpTo(text, position);
        if (cut && last + 1 < beginnings.length && continues(beginnings[last + 1], text, position)) {
            return text.length() - position;
        }
        for (int i = last; i >= 0; i = shorter[i]) {
            int length = beginnings[i].length();
            if (text.startsWith(beginnings[i], position)
                    && (length >= SHORTEST_ANYWHERE || isWord(text, position, position + length))) {
                return inside ? length : lengthOfLonger(longer[i], text, position, length);
            }
        }
        return 0;
    }

    /** Returns how much of a long form stands in the text. Not asked for inside another one, so each text is read once. */
    private static int lengthOfLonger(@Nullable List<String> forms, String text, int position, int beginning) {
        int longest = beginning;
        for (String form : forms == null ? List.<String>of() : forms) {
            int length = beginning;
            while (length < form.length()
                    && position + length < text.length()
                    && form.charAt(length) == text.charAt(position + length)) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    /**
     * Returns the index of the last form that sorts before the rest of the text or is the same, or -1. Every form that the
     * rest starts with is this one or one that this one starts with.
     */
    private int lastFormUpTo(String text, int position) {
        int from = 0;
        int to = beginnings.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sortsAfter(beginnings[middle], text, position)) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from - 1;
    }

    private static boolean sortsAfter(String form, String text, int position) {
        int common = Math.min(form.length(), text.length() - position);
        for (int i = 0; i < common; i++) {
            int difference = form.charAt(i) - text.charAt(position + i);
            if (difference != 0) {
                return difference > 0;
            }
        }
        return form.length() > common;
    }

    private static boolean continues(String form, String text, int position) {
        return form.regionMatches(0, text, position, text.length() - position);
    }

    private static boolean isWord(String text, int from, int to) {
        return (from == 0 || !Character.isLetterOrDigit(text.charAt(from - 1)))
                && (to == text.length() || !Character.isLetterOrDigit(text.charAt(to)));
    }

    private static void addForms(String secret, Set<String> forms) {
        if (secret.isEmpty()) {
            return;
        }
        forms.add(secret);
        forms.add(OneLine.of(secret));
        forms.add(OneLine.stripped(secret, secret.length()));
        forms.remove("");
        addLines(secret, forms);
        addJsonEscaped(secret, forms);
        addUrlEncoded(URLEncoder.encode(secret, StandardCharsets.UTF_8), forms);
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
            if (line.strip().length() >= SHORTEST_LINE) {
                forms.add(line.strip());
            }
        }
    }

    /**
     * Adds what stands for a secret in JSON: as short as allowed; in ASCII as by Python and Jackson; safe for HTML as by Go,
     * Gson and .NET; with slashes escaped as by PHP.
     */
    private static void addJsonEscaped(String secret, Set<String> forms) {
        HexFormat small = HexFormat.of();
        HexFormat large = small.withUpperCase();
        String ascii = jsonEscaped(secret, c -> c > '~', small);
        forms.add(jsonEscaped(secret, c -> false, small));
        forms.add(ascii);
        forms.add(jsonEscaped(secret, c -> c > '~', large));
        forms.add(jsonEscaped(secret, c -> "<>&\u2028\u2029".indexOf(c) >= 0, small));
        forms.add(jsonEscaped(secret, c -> "<>&='\u2028\u2029".indexOf(c) >= 0, small));
        forms.add(jsonEscaped(secret, c -> c > '~' || "<>&'+`\"".indexOf(c) >= 0, large));
        forms.add(ascii.replace("/", "\\/"));
    }

    private static String jsonEscaped(String secret, IntPredicate byNumber, HexFormat hex) {
        StringBuilder escaped = new StringBuilder(secret.length() + 8);
        for (int i = 0; i < secret.length(); i++) {
            char c = secret.charAt(i);
            int shortForm = "\"\\\b\f\n\r\t".indexOf(c);
            if (byNumber.test(c) || (c < ' ' && shortForm < 0)) {
                escaped.append("\\u").append(hex.toHexDigits(c));
            } else if (shortForm >= 0) {
                escaped.append('\\').append("\"\\bfnrt".charAt(shortForm));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Adds what Java, RFC 3986 (Go; in paths Python) and ECMAScript make of a secret; they differ in a few characters. */
    private static void addUrlEncoded(String java, Set<String> forms) {
        String spaces = java.replace("+", "%20");
        String rfc3986 = spaces.replace("*", "%2A").replace("%7E", "~");
        String ecmaScript = spaces.replace("%7E", "~")
                .replace("%21", "!")
                .replace("%27", "'")
                .replace("%28", "(")
                .replace("%29", ")");
        String path = rfc3986.replace("%2F", "/");
        for (String encoded : List.of(java, spaces, rfc3986, rfc3986.replace("%20", "+"), ecmaScript, path)) {
            forms.add(encoded);
            forms.add(lowerCaseEscapes(encoded));
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
