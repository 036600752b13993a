package io.agentsecrets;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Quotes a path as one word of a shell command, so that a suggested command works whatever the name is. */
public final class ShellWord {

    private static final String RENAME =
            "rename it: a name in its path has a control character, which no command here can show";

    private ShellWord() {}

    /**
     * Returns a path in quotes.
     *
     * @param path any path
     * @return one word for a POSIX shell
     */
    public static String of(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /**
     * Returns a command for a message.
     *
     * @param program a program with its arguments
     * @param path the last argument
     * @return the command, or the advice to rename the path if a message cannot show it
     */
    public static String command(String program, Path path) {
        return command(List.of(program), path);
    }

    /**
     * Returns the commands that run programs on a path one after the other.
     *
     * @param programs programs with their arguments
     * @param path the last argument of each
     * @return the commands, or the advice to rename the path if a message cannot show it
     */
    public static String command(List<String> programs, Path path) {
        String name = path.toString();
        return OneLine.of(name).equals(name)
                ? programs.stream().map(program -> program + " " + of(path)).collect(Collectors.joining(" && "))
                : RENAME;
    }
}
