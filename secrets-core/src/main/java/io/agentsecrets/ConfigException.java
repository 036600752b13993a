package io.agentsecrets;

import java.util.Objects;

/**
 * Thrown when a configuration or a setting cannot be used. The message names the place and says how to fix it; it never
 * quotes the text, which may hold a secret.
 */
public final class ConfigException extends SecretException {

    private static final long serialVersionUID = 1L;

    /** Why, for programs. */
    private final FailureKind kind;

    /** The name of the configuration. */
    private final String source;

    /** Counted from 1; 0 if unknown. */
    private final int line;

    /** Counted from 1; 0 if unknown. */
    private final int column;

    /** The message without the place. */
    private final String problem;

    /**
     * Creates the exception for a place in a text.
     *
     * @param kind {@link FailureKind#CONFIG}, {@link FailureKind#SETTINGS} or {@link FailureKind#DENIED}
     * @param source the name of the configuration
     * @param line the line, counted from 1; 0 if unknown
     * @param column the column, counted from 1; 0 if unknown
     * @param problem what is wrong and how to fix it; no quoted text
     */
    public ConfigException(FailureKind kind, String source, int line, int column, String problem) {
        super(OneLine.of(source) + (line == 0 ? "" : ", line " + line + ", column " + column) + ": "
                + OneLine.of(problem));
        this.kind = Objects.requireNonNull(kind, "kind");
        this.source = source;
        this.line = line;
        this.column = column;
        this.problem = OneLine.of(problem);
    }

    /**
     * Creates the exception for a configuration as a whole.
     *
     * @param kind {@link FailureKind#CONFIG}, {@link FailureKind#SETTINGS} or {@link FailureKind#DENIED}
     * @param source the name of the configuration
     * @param problem what is wrong and how to fix it; no quoted text
     */
    public ConfigException(FailureKind kind, String source, String problem) {
        this(kind, source, 0, 0, problem);
    }

    /**
     * Returns why the configuration cannot be used.
     *
     * @return the kind, for programs
     */
    public FailureKind kind() {
        return kind;
    }

    /**
     * Returns the configuration that cannot be used.
     *
     * @return the name of the source
     */
    public String source() {
        return source;
    }

    /**
     * Returns the line of the problem.
     *
     * @return the line, counted from 1; 0 if unknown
     */
    public int line() {
        return line;
    }

    /**
     * Returns the column of the problem.
     *
     * @return the column in code points, counted from 1; 0 if unknown
     */
    public int column() {
        return column;
    }

    /**
     * Returns the message without the place.
     *
     * @return what is wrong and how to fix it
     */
    public String problem() {
        return problem;
    }
}
