package io.agentsecrets.exec;

import java.nio.file.Path;

/** A path as one word of a command line, so that a command which a message suggests does what it says whatever the name. */
final class ShellWord {

    private ShellWord() {}

    /** Returns the path between quotes. */
    static String of(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
