package io.agentsecrets;

import java.util.List;
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
        this(kind, source, line, column, List.of(problem));
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
     * Creates the exception for everything that is wrong with a configuration. If that is several problems, the message has a
     * line for each:
     *
     * <pre>
     * agent.yaml: 2 problems
     *   secret_backend_command must be an absolute path; write the path from the root
     *   secret_backend_timeout must be a number of seconds, from 0.001 to 86400
     * </pre>
     *
     * @param kind {@link FailureKind#CONFIG}, {@link FailureKind#SETTINGS} or {@link FailureKind#DENIED}
     * @param source the name of the configuration
     * @param problems at least one: what is wrong and how to fix it; no quoted text
     * @throws IllegalArgumentException if there is no problem
     */
    public ConfigException(FailureKind kind, String source, List<String> problems) {
        this(kind, source, 0, 0, problems);
    }

    private ConfigException(FailureKind kind, String source, int line, int column, List<String> problems) {
        super(OneLine.of(source) + (line == 0 ? "" : ", line " + line + ", column " + column) + ": "
                + listed(problems));
        this.kind = Objects.requireNonNull(kind, "kind");
        this.source = source;
        this.line = line;
        this.column = column;
        this.problem = OneLine.of(String.join("; ", problems));
    }

    private static String listed(List<String> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("problems must not be empty");
        }
        if (problems.size() == 1) {
            return OneLine.of(problems.get(0));
        }
        StringBuilder list = new StringBuilder().append(problems.size()).append(" problems");
        for (String problem : problems) {
            list.append("\n  ").append(OneLine.of(problem));
        }
        return list.toString();
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
     * Masks the secrets in the message, and leaves out what is chained to the exception, as it may hold some too. Secrets of
     * one to three characters are not masked, as they occur in any text.
     *
     * @param redactor what masks the secrets
     * @return the same exception if there is nothing to mask and nothing to leave out
     */
    public ConfigException maskedBy(Redactor redactor) {
        String masked = redactor.redactLong(problem);
        if (masked.equals(problem) && getCause() == null && getSuppressed().length == 0) {
            return this;
        }
        ConfigException safe = new ConfigException(kind, source, line, column, masked);
        safe.setStackTrace(getStackTrace());
        return safe;
    }

    /**
     * Returns the message without the place, for a log or a report that has one line for it.
     *
     * @return what is wrong and how to fix it; several problems are joined by semicolons
     */
    public String problem() {
        return problem;
    }
}
