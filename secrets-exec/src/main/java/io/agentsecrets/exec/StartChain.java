package io.agentsecrets.exec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that the system opens to start a file: the interpreter that its first line names, the interpreter of that one,
 * and so on, and last the loader of the program.
 *
 * @param helpers the interpreters and the loader, in this order, as far as they exist
 * @param problem why the system would not start the file and how to fix it, or null
 * @param isWhole whether the system would start the file, each of the others exists, and all that name one could be read
 */
record StartChain(List<Path> helpers, @Nullable String problem, boolean isWhole) {

    /** How many interpreters Linux follows (ELOOP). */
    private static final int MOST_INTERPRETERS = 5;

    /** Copies the list. */
    StartChain {
        helpers = List.copyOf(helpers);
    }

    /** Returns the chain of a file. */
    static StartChain of(Path file) {
        if (!file.getFileSystem().getSeparator().equals("/")) {
            return new StartChain(
                    List.of(), null, false); // Windows starts only programs, and passes nothing to a shell
        }
        List<Path> helpers = new ArrayList<>();
        FileFormat format = FileFormat.of(file);
        while (format instanceof FileFormat.Script script && helpers.size() <= MOST_INTERPRETERS) {
            helpers.add(script.interpreter());
            format = FileFormat.of(script.interpreter());
        }
        boolean isWhole = format instanceof FileFormat.Program;
        if (format instanceof FileFormat.Program program && program.loader() != null) {
            isWhole = Files.exists(program.loader());
            helpers.addAll(isWhole ? List.of(program.loader()) : List.of());
        }
        return new StartChain(helpers, problem(format, helpers), isWhole);
    }

    private static @Nullable String problem(FileFormat last, List<Path> helpers) {
        if (last instanceof FileFormat.Unknown unknown) {
            return helpers.isEmpty()
                    ? unknown.problem()
                    : "of its interpreter '" + helpers.get(helpers.size() - 1) + "': " + unknown.problem();
        }
        return last instanceof FileFormat.Script
                ? "its interpreter is a script, the interpreter of that is one, and so on; name a program in its first"
                        + " line"
                : null;
    }
}
