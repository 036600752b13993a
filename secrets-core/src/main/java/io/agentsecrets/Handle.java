package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/**
 * The name of a secret inside a backend: the exact text between the brackets of {@code ENC[...]}.
 *
 * <p>An empty name can be written in a configuration ({@code ENC[]}) and is therefore allowed here; the resolver refuses it
 * and never sends it to a backend. A handle is not secret: it appears in messages, logs and reports.
 *
 * @param name the name, of any characters
 */
public record Handle(String name) implements Comparable<Handle> {

    /**
     * Tells whether the name has no characters.
     *
     * @return true if no backend may be asked for it
     */
    public boolean isEmpty() {
        return name.isEmpty();
    }

    /**
     * Tells whether the name can be written in UTF-8, as protocols require: not if it holds half a surrogate pair, which
     * YAML can express ({@code "\ud800"}).
     *
     * @return false if no backend can be asked for it
     */
    public boolean isWellFormed() {
        return SecretValue.isWellFormed(name);
    }

    @Override
    public int compareTo(Handle other) {
        return name.compareTo(other.name);
    }

    // Handles are keys on the start-up path; the methods that a record generates cost an agent 15 ms there (ADR 3).

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Handle that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Returns the name, fit for one line of a message: control characters are shown as question marks. */
    @Override
    public String toString() {
        return OneLine.of(name);
    }
}
