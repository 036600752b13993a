package io.agentsecrets;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A secret. {@link #reveal()} is the only way to its text, and the word to search for in a program.
 *
 * <p>It prints as eight stars, compares in a time that does not depend on where two values differ, and cannot be
 * serialized. The text lives in the heap as a {@link String} until the garbage collector takes it: the configurations that
 * need it hold it as one, so a wiped array would wipe nothing.
 */
public final class SecretValue {

    /** The text that is shown instead of a secret: eight stars, whatever its length. */
    public static final String MASK = "********";

    private final String text;

    private SecretValue(String text) {
        this.text = Objects.requireNonNull(text, "text");
    }

    /**
     * Returns the secret with the given text.
     *
     * @param text the secret itself
     * @return a value that masks it
     */
    public static SecretValue of(String text) {
        return new SecretValue(text);
    }

    /**
     * Returns the secret itself. Keep the result out of messages, logs and exceptions.
     *
     * @return the text, unmasked
     */
    public String reveal() {
        return text;
    }

    /**
     * Tells whether the secret has no characters.
     *
     * @return true for an empty text
     */
    public boolean isEmpty() {
        return text.isEmpty();
    }

    /**
     * Tells whether the secret can be written in UTF-8: it can unless it holds half a surrogate pair.
     *
     * @return false if no file, socket or YAML document could carry it unchanged
     */
    public boolean isWellFormed() {
        return isWellFormed(text);
    }

    static boolean isWellFormed(String text) {
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return false;
            }
            i += Character.charCount(codePoint);
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || (other instanceof SecretValue that && sameInConstantTime(text, that.text));
    }

    private static boolean sameInConstantTime(String a, String b) {
        int difference = a.length() ^ b.length();
        for (int i = 0; i < a.length() && i < b.length(); i++) {
            difference |= a.charAt(i) ^ b.charAt(i);
        }
        return difference == 0;
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns {@link #MASK}. */
    @Override
    public String toString() {
        return MASK;
    }
}
