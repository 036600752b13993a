package io.agentsecrets;

import java.util.Optional;

/**
 * The way to write a handle as a value of a configuration. The library has two: {@link #enc()} and {@link #caret()}.
 * Implementations are thread-safe and look at nothing but the text.
 */
public interface HandleSyntax {

    /**
     * Reads a value.
     *
     * @param value a string value of a configuration, whole
     * @return the handle, whose name may be {@linkplain Handle#isEmpty() empty}; nothing if the value is not a handle
     */
    Optional<Handle> parse(String value);

    /**
     * Writes a handle.
     *
     * @param handle any handle
     * @return the value that {@link #parse} reads as this handle
     */
    String format(Handle handle);

    /**
     * Returns the text that every handle's value starts with.
     *
     * @return one or more characters: {@code ENC[}
     */
    String prefix();

    /**
     * Tells whether a value of a configuration could mean something to {@link #parse} or {@link #nearMiss}, so that a
     * configuration without such a value need not be parsed.
     *
     * @param text the text of a configuration, as it is written: a value may be broken over several lines
     * @return false if no value is a handle or a near miss; true, as by default, if that is not known
     */
    default boolean mayOccurIn(String text) {
        return true;
    }

    /**
     * Says what keeps a value from being the handle that its author probably meant.
     *
     * @param value a string value of a configuration, whole
     * @return what is wrong and how to fix it, without quoting the value; nothing if the value is not suspicious
     */
    default Optional<String> nearMiss(String value) {
        return Optional.empty();
    }

    /**
     * The default syntax, {@code ENC[handle]}, as the Datadog and StackState Agents read it: the value starts with
     * {@code ENC[} and ends with {@code ]} after spaces and tabs are trimmed; the handle is what stands between the first
     * {@code ENC[} and the last {@code ]}.
     *
     * @return the syntax of the Agents
     */
    static HandleSyntax enc() {
        return EncSyntax.INSTANCE;
    }

    /**
     * The syntax of {@code app.config} files, {@code ^key}: the whole value is the handle after a first character
     * {@code ^}.
     *
     * @return the syntax with a caret
     */
    static HandleSyntax caret() {
        return CaretSyntax.INSTANCE;
    }
}

/** The syntax {@code ^key}: the first character of the value is {@code ^}, and the rest is the handle. */
final class CaretSyntax implements HandleSyntax {

    static final CaretSyntax INSTANCE = new CaretSyntax();

    @Override
    public Optional<Handle> parse(String value) {
        return value.startsWith("^") ? Optional.of(new Handle(value.substring(1))) : Optional.empty();
    }

    @Override
    public String format(Handle handle) {
        return "^" + handle.name();
    }

    @Override
    public String prefix() {
        return "^";
    }

    @Override
    public boolean mayOccurIn(String text) {
        return text.indexOf('^') >= 0;
    }
}
