package io.agentsecrets;

import java.util.Objects;

/**
 * A place where a handle is used: a source, a path inside it, and a line and column if the format knows them.
 *
 * @param source the name of the configuration, usually a file relative to its folder: {@code postgres.yaml}
 * @param path map keys and decimal list indexes, joined by slashes: {@code instances/0/password}; empty for the root
 * @param line the line, counted from 1; 0 if unknown
 * @param column the column in code points, counted from 1; 0 if unknown
 */
public record Origin(String source, String path, int line, int column) {

    /** Refuses negative lines and columns. */
    public Origin {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(path, "path");
        if (line < 0 || column < 0) {
            throw new IllegalArgumentException("line and column are counted from 1; 0 stands for unknown");
        }
    }

    /**
     * Returns the origin in a source without lines, such as a map.
     *
     * @param source the name of the configuration
     * @param path the path inside it
     * @return an origin whose line and column are 0
     */
    public static Origin of(String source, String path) {
        return new Origin(source, path, 0, 0);
    }

    /**
     * Returns the place inside the source, as messages show it.
     *
     * @return for example {@code instances/0/password (line 14)}
     */
    public String place() {
        String shown = path.isEmpty() ? "the root" : OneLine.of(path);
        return line == 0 ? shown : shown + " (line " + line + ")";
    }

    @Override
    public String toString() {
        return OneLine.of(source) + ": " + place();
    }
}
