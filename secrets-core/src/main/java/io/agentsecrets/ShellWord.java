package io.agentsecrets;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Quotes a path as one word of a shell command, so that a suggested command works whatever the name is. */
public final class ShellWord {

    private static final String RENAME = "rename it: a name in its path has a character that no command here can show";

    /** Stands in a text for bytes that are no character of the locale, so it could mean another file. */
    private static final char NO_CHARACTER = '\ufffd';

    private ShellWord() {}

    /**
     * Returns a path in quotes.
     *
     * @param path any path
     * @return one word for a POSIX shell, which no program takes for an option
     */
    public static String of(Path path) {
        String name = path.toString();
        return "'" + (name.startsWith("-") ? "./" : "") + name.replace("'", "'\\''") + "'";
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
        return isShown(path.toString())
                ? programs.stream().map(program -> program + " " + of(path)).collect(Collectors.joining(" && "))
                : RENAME;
    }

    private static boolean isShown(String name) {
        return OneLine.of(name).equals(name) && name.indexOf(NO_CHARACTER) < 0;
    }
}
