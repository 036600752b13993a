package io.agentsecrets.exec;

import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The format of a file that is to be started, judged by its first bytes. On POSIX systems Java passes a file of unknown
 * format to {@code /bin/sh}, so that garbage "runs". Therefore only programs of the system and files with a {@code #!} line
 * are accepted.
 */
sealed interface FileFormat {

    /** Mach-O of 32 and 64 bits in both byte orders, and files that hold several of them. */
    List<Integer> MACH_O = List.of(0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe);

    /**
     * A program of this system.
     *
     * @param loader the program that loads it, or null if none is needed or it is not known
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
     * @param problem why, and how to fix it
     */
    record Unknown(String problem) implements FileFormat {}

    /** A file that could not be read now. Its start will show what it is. */
    record Unread() implements FileFormat {}

    /** Returns the format of a file. */
    static FileFormat of(Path file) {
        if (!Files.isRegularFile(file)) {
            return new Unread(); // reading a named pipe could block forever
        }
        try (FileBytes bytes = FileBytes.of(file)) {
            byte[] beginning = bytes.first(ScriptLine.LONGEST);
            if (ScriptLine.isBehindMark(beginning)) {
                return new Unknown("a byte order mark stands before its #!, as Windows editors write it; remove it: "
                        + ShellWord.command("sed -i '1s/^\\xEF\\xBB\\xBF//'", file));
            }
            return ScriptLine.isAnnouncedBy(beginning)
                    ? ScriptLine.of(beginning, file)
                    : ofProgram(beginning, bytes, file.getFileSystem());
        } catch (AccessDeniedException | NoSuchFileException | ClosedByInterruptException e) {
            // a user may have the right to execute a file but not to read it; after an interrupt nothing is started
            return new Unread();
        } catch (IOException e) {
            return new Unknown("it cannot be read now (" + e.getClass().getSimpleName() + "); try again, and see the"
                    + " system's log");
        }
    }

    private static FileFormat ofProgram(byte[] beginning, FileBytes bytes, FileSystem disk) throws IOException {
        if (beginning.length == 0) {
            return new Unknown("the file is empty; put a program or a script in its place");
        }
        if (System.getProperty("os.name", "").startsWith("Mac")) {
            return isMachO(beginning) ? new Program(null) : notKnown();
        }
        ElfHeader header = ElfHeader.isAnnouncedBy(beginning) ? ElfHeader.of(bytes) : null;
        if (header == null || !header.isOfThisSystem()) {
            return notKnown();
        }
        return new Program(header.loader() == null ? null : path(header.loader(), disk));
    }

    private static @Nullable Path path(String loader, FileSystem disk) {
        try {
            return disk.getPath(loader);
        } catch (InvalidPathException e) {
            return null; // the locale lacks its characters; the start will show whether it exists
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
