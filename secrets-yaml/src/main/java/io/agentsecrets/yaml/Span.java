package io.agentsecrets.yaml;

/**
 * A range of characters in a YAML text.
 *
 * @param start the first character, as an index of code points
 * @param end the first character after it, as an index of code points
 * @param line the line of its start, counted from 1
 * @param column the column of its start in code points, counted from 1
 */
record Span(int start, int end, int line, int column) {

    /** The place of what concerns the whole text. */
    static final Span START = new Span(0, 0, 1, 1);
}
