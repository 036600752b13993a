package io.agentsecrets.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the system starts a file, judged by the file's beginning. On POSIX systems Java hands a file of unknown format to
 * {@code /bin/sh}, so that garbage "runs"; only programs of the system and files with a {@code #!} line are let through.
 */
sealed interface FileFormat {

    /** Mach-O of 32 and 64 bits in both byte orders, and files that hold several of them. */
    List<Integer> MACH_O = List.of(0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe);

    /**
     * A program of this system.
     *
     * @param loader the program that loads it, or null if none is needed or this cannot be told
     */
    record Program(@Nullable Path loader) implements FileFormat {}

    /**
     * A script.
     *
     * @param interpreter a file that this user can execute
     */
    record Script(Path interpreter) implements FileFormat {}

    /**
     * A file that the system would not start.
     *
     * @param problem why, and how to mend it
     */
    record Unknown(String problem) implements FileFormat {}

    /** Judges a file. What cannot be read may be a program; the start itself tells the rest. */
    static FileFormat of(Path file) {
        if (!Files.isRegularFile(file)) {
            return new Program(null); // a named pipe would not let go of its reader
        }
        try {
            byte[] beginning = beginning(file);
            return ScriptLine.isAnnouncedBy(beginning) ? ScriptLine.of(beginning, file) : ofProgram(beginning, file);
        } catch (IOException e) {
            return new Program(null); // one may be allowed to execute what one may not read
        }
    }

    private static byte[] beginning(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ScriptLine.LONGEST);
        }
    }

    private static FileFormat ofProgram(byte[] beginning, Path file) throws IOException {
        if (beginning.length == 0) {
            return new Unknown("the file is empty");
        }
        if (System.getProperty("os.name", "").startsWith("Mac")) {
            return isMachO(beginning) ? new Program(null) : notKnown();
        }
        ElfHeader header = ElfHeader.isAnnouncedBy(beginning) ? ElfHeader.of(file) : null;
        if (header == null || !header.isOfThisSystem()) {
            return notKnown();
        }
        return new Program(header.loader() == null ? null : path(header.loader(), file.getFileSystem()));
    }

    private static @Nullable Path path(String loader, FileSystem disk) {
        try {
            return disk.getPath(loader);
        } catch (InvalidPathException e) {
            return null; // in characters that the locale has not; the system will tell whether it is there
        }
    }

    private static FileFormat notKnown() {
        return new Unknown(
                "it is neither a program of this system nor a script; the first line of a script must name its"
                        + " interpreter, such as #!/bin/sh");
    }

    private static boolean isMachO(byte[] beginning) {
        byte[] magic = Arrays.copyOf(beginning, 4);
        int number = (magic[0] & 0xff) << 24 | (magic[1] & 0xff) << 16 | (magic[2] & 0xff) << 8 | (magic[3] & 0xff);
        return MACH_O.contains(number);
    }
}
