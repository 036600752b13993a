package io.agentsecrets;

import java.util.Collection;

/**
 * Masks known secrets in free text, both plain and encoded: escaped for JSON, URLs, XML and HTML, shells and SQL, in Base64
 * (also within a longer text, as in {@code user:password}, and wrapped in lines), in hexadecimal digits, and encoded twice
 * by any of these. A secret is also found if it is printed line by line, without its outer blanks or without its control
 * characters.
 *
 * <p>Of two secrets that start alike the longer one is masked; overlapping secrets are masked as one. Secrets of one to
 * three characters occur in any text, so they are masked only where they are a word of their own.
 *
 * <p>Thread-safe. A search decodes the text instead of encoding each secret, so it is as fast with many secrets as with
 * few. Its time is linear in the length of the text.
 */
public final class Redactor {

    private final KnownSecrets secrets;

    Redactor(KnownSecrets secrets) {
        this.secrets = secrets;
    }

    /**
     * Returns a redactor for the given secrets. If secrets come and go, use {@link KnownSecrets}.
     *
     * @param secrets what to mask; empty ones are ignored
     * @return a redactor that knows only these
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
     * @param beginning the part of a text that was kept
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
        Decoder.readings(MappedText.plain(text, cut), search::in);
        return search.found().mask(text);
    }
}
