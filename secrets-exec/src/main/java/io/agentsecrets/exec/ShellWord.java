package io.agentsecrets.exec;

import io.agentsecrets.OneLine;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Quotes a path as one word of a shell command, so that a suggested command works whatever the name is. */
final class ShellWord {

    private static final String RENAME =
            "rename it: a name in its path has a control character, which no command here can show";

    private ShellWord() {}

    /** Returns the path in quotes. */
    static String of(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** Returns a program with its arguments and the path, or the advice to rename it if a message cannot show the path. */
    static String command(String program, Path path) {
        return command(List.of(program), path);
    }

    /** Returns the commands that run programs on the path one after the other, or the advice to rename it. */
    static String command(List<String> programs, Path path) {
        String name = path.toString();
        return OneLine.of(name).equals(name)
                ? programs.stream().map(program -> program + " " + of(path)).collect(Collectors.joining(" && "))
                : RENAME;
    }
}
