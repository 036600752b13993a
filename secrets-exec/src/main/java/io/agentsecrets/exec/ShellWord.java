package io.agentsecrets.exec;

import java.nio.file.Path;

/** Quotes a path as one word of a shell command, so that a suggested command works whatever the name is. */
final class ShellWord {

    private ShellWord() {}

    /** Returns the path in quotes. */
    static String of(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
