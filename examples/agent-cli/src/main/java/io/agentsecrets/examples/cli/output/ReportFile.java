package io.agentsecrets.examples.cli.output;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.tools.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file for other programs, written as a whole or not at all. */
public final class ReportFile {

    private ReportFile() {}

    /**
     * Replaces an older report, if there is one, in one step. A device, pipe, link or folder is never replaced.
     *
     * @param file its path; the folder must exist
     * @param text in UTF-8
     * @throws ConfigException if it cannot be written, or something else has that path; an older report then stays as it is
     */
    public static void replace(Path file, String text) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw unwritten(file, "it is not a regular file; name a new file, or one of an older report");
        }
        Path next = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".next");
        try {
            try {
                Files.writeString(next, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw unwritten(file, FileProblem.of(e));
        }
    }

    private static ConfigException unwritten(Path file, String problem) {
        return new ConfigException(FailureKind.SETTINGS, file.toString(), "it cannot be written: " + problem);
    }
}
