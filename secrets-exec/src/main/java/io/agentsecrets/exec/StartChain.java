package io.agentsecrets.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that the system opens to start a file: the interpreter that its first line names, the interpreter of that, and at
 * last the loader of a program.
 *
 * <p>On POSIX systems Java hands a file of unknown format to {@code /bin/sh}, so that garbage "runs". Every file of the chain
 * is therefore judged here, and only programs of the system and files with a {@code #!} line are let through.
 *
 * @param helpers the interpreters and the loader, in this order, as far as they exist
 * @param problem why the system would not start the file and how to mend it, or null
 */
record StartChain(List<Path> helpers, @Nullable String problem) {

    /** Linux follows no more interpreters (ELOOP). */
    private static final int MOST_INTERPRETERS = 5;

    private static final String UNKNOWN_FORMAT = "it is neither a program of this system nor a script; the first line"
            + " of a script must name its interpreter, such as #!/bin/sh";

    /** Mach-O of 32 and 64 bits in both byte orders, and files that hold several of them. */
    private static final List<Integer> MACH_O = List.of(0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe);

    /** Copies the list. */
    StartChain {
        helpers = List.copyOf(helpers);
    }

    /** Looks at a file and at all that it needs to be started. */
    static StartChain of(Path file) {
        if (!file.getFileSystem().getSeparator().equals("/")) {
            return new StartChain(List.of(), null); // Windows knows only programs, and hands nothing to a shell
        }
        List<Path> helpers = new ArrayList<>();
        Path current = file;
        for (int i = 0; i <= MOST_INTERPRETERS; i++) {
            Step step = step(current);
            String problem = step.problem();
            if (problem != null) {
                return new StartChain(helpers, current.equals(file) ? problem : ofInterpreter(current, problem));
            }
            Path next = step.next();
            if (next == null) {
                return new StartChain(helpers, null);
            }
            helpers.add(next);
            if (!step.isScript()) {
                return new StartChain(helpers, null);
            }
            current = next;
        }
        return new StartChain(helpers, "its interpreter is a script, the interpreter of that is one, and so on");
    }

    private static String ofInterpreter(Path interpreter, String problem) {
        return "of its interpreter '" + interpreter + "': " + problem;
    }

    /**
     * What one file of the chain needs.
     *
     * @param next the interpreter or the loader, or null if there is none
     * @param isScript whether {@code next} is an interpreter, which may need another one
     * @param problem why the system would not start the file, or null
     */
    private record Step(
            @Nullable Path next, boolean isScript, @Nullable String problem) {

        static final Step LAST = new Step(null, false, null);

        static Step failed(String problem) {
            return new Step(null, false, problem);
        }
    }

    private static Step step(Path file) {
        if (!Files.isRegularFile(file)) {
            return Step.LAST; // a named pipe would not let go of its reader; the start itself tells the rest
        }
        try {
            byte[] beginning = beginning(file);
            return ScriptLine.isAnnouncedBy(beginning)
                    ? ofScript(ScriptLine.of(beginning, file.toString()), file.getFileSystem())
                    : ofProgram(beginning, file);
        } catch (IOException e) {
            return Step.LAST; // one may be allowed to execute what one may not read
        }
    }

    private static byte[] beginning(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ScriptLine.LONGEST);
        }
    }

    private static Step ofScript(ScriptLine line, FileSystem disk) {
        String name = line.interpreter();
        if (name == null) {
            return Step.failed(String.valueOf(line.problem()));
        }
        Path interpreter;
        try {
            interpreter = disk.getPath(name);
        } catch (InvalidPathException e) {
            return Step.failed("its first line names an interpreter that is no path");
        }
        return Files.isRegularFile(interpreter) && Files.isExecutable(interpreter)
                ? new Step(interpreter, true, null)
                : Step.failed("the interpreter '" + name + "' that its first line names "
                        + (Files.exists(interpreter) ? "cannot be executed by this user" : "does not exist"));
    }

    private static Step ofProgram(byte[] beginning, Path file) throws IOException {
        if (beginning.length == 0) {
            return Step.failed("the file is empty");
        }
        if (System.getProperty("os.name", "").startsWith("Mac")) {
            return isMachO(beginning) ? Step.LAST : Step.failed(UNKNOWN_FORMAT);
        }
        ElfHeader header = ElfHeader.isAnnouncedBy(beginning) ? ElfHeader.of(file) : null;
        if (header == null || !header.isOfThisSystem()) {
            return Step.failed(UNKNOWN_FORMAT);
        }
        Path loader = header.loader() == null ? null : file.getFileSystem().getPath(header.loader());
        return loader == null || !Files.exists(loader) ? Step.LAST : new Step(loader, false, null);
    }

    private static boolean isMachO(byte[] beginning) {
        byte[] magic = Arrays.copyOf(beginning, 4);
        int number = (magic[0] & 0xff) << 24 | (magic[1] & 0xff) << 16 | (magic[2] & 0xff) << 8 | (magic[3] & 0xff);
        return MACH_O.contains(number);
    }
}
