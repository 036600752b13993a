package io.agentsecrets;

import java.util.Collection;

/**
 * Masks known secrets in free text, as they are and as they come out of the usual encoders: escaped for JSON, URLs, XML and
 * HTML, shells and SQL, in Base64 (also as a part of what was encoded, as in {@code user:password}, and wrapped in lines) and
 * hexadecimal digits; also encoded by two of these, one after the other. What is printed of a secret line by line, without
 * its outer blanks or without control characters is masked, too.
 *
 * <p>Of two secrets that start alike the longer one is masked; what overlaps is masked as one. Secrets of one to three
 * characters would riddle any text with stars, so they are masked only where they stand as a word of their own.
 *
 * <p>Thread-safe. A search decodes the text instead of encoding each secret, so it is as fast with many secrets as with few.
 * Its time is linear in the length of the text.
 */
public final class Redactor {

    private final KnownSecrets secrets;

    Redactor(KnownSecrets secrets) {
        this.secrets = secrets;
    }

    /**
     * Returns a redactor for the given secrets. For secrets that come and go there is {@link KnownSecrets}.
     *
     * @param secrets what to mask; empty ones are passed over
     * @return a redactor that knows just these
     */
    public static Redactor of(Collection<SecretValue> secrets) {
        KnownSecrets known = new KnownSecrets();
        secrets.forEach(known::add);
        return known.redactor();
    }

    /**
     * Masks the secrets in a text.
     *
     * @param text any text
     * @return the text with {@link SecretValue#MASK} in the place of each secret; the same object if it holds none
     */
    public String redact(String text) {
        return redact(text, false, true);
    }

    /** Masks the secrets of four or more characters. */
    String redactLong(String text) {
        return redact(text, false, false);
    }

    /**
     * Masks the secrets in the beginning of a longer text, also one that was cut in two by its end.
     *
     * @param beginning what was kept of a text
     * @return the text with {@link SecretValue#MASK} in the place of each secret and of the beginning of one at the end
     */
    public String redactTruncated(String beginning) {
        return redact(beginning, true, true);
    }

    private String redact(String text, boolean cut, boolean words) {
        SecretIndex index = secrets.index();
        if (index.isEmpty()) {
            return text;
        }
        Search search = new Search(index, words);
        Decoder.readings(View.plain(text, cut), search::in);
        return search.found().mask(text);
    }
}
