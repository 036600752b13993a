package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a family of file systems for the rights on an executable. */
interface RightsRules {

    /**
     * Returns which rule is broken, what was found and the command that fixes it, or null if no rule is broken.
     *
     * @param command the path as it was configured
     * @param file the file that it leads to
     * @throws IOException if the rights cannot be read
     */
    @Nullable
    String problemOf(Path command, Path file) throws IOException;

    /**
     * Returns what is wrong with the programs that the system starts to run a file, and how to fix it, or null.
     *
     * @param helpers its interpreter and the like
     * @throws IOException if the rights cannot be read
     */
    @Nullable
    String problemOfHelpers(List<Path> helpers) throws IOException;

    /** Returns the folders and links that were looked at on the way to the file and its helpers. */
    List<Evidence.Part> foldersAndLinks();

    /**
     * Returns the rights on a file for a report.
     *
     * @throws IOException if they cannot be read
     */
    Rights rightsOn(Path file) throws IOException;

    /** Returns the problem of a path that is not a regular file. */
    static String notRegular(Path file) {
        return "it is not a regular file but "
                + (Files.isDirectory(file)
                        ? "a folder; name the program or script in it"
                        : "a pipe, a socket or a device;" + " name a program or a script");
    }
}
