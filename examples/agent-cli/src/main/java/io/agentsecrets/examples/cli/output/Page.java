package io.agentsecrets.examples.cli.output;

import io.agentsecrets.OneLine;

/**
 * A text of several lines for people. Text from outside, such as the name of a file or a handle, can neither start a new
 * line nor change the colours of a terminal. Not thread-safe.
 */
public final class Page {

    private final StringBuilder text = new StringBuilder();

    /**
     * Adds a line.
     *
     * @param line its text, in which a line break becomes a question mark
     * @return this page
     */
    public Page line(String line) {
        text.append(OneLine.of(line)).append('\n');
        return this;
    }

    /**
     * Adds a text that has several lines of its own, such as the message of an exception or a dump of YAML.
     *
     * @param lines text of this program or the library; text from outside must be on one line in it
     * @return this page
     */
    public Page lines(String lines) {
        lines.lines().forEach(this::line);
        return this;
    }

    /**
     * Adds an error of this program.
     *
     * @param message what is wrong
     * @return this page
     */
    public Page error(String message) {
        return lines("agent: " + message);
    }

    /** Returns the lines, each with a line feed. */
    @Override
    public String toString() {
        return text.toString();
    }
}
