package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The rules of a family of file systems for the rights on an executable. */
sealed interface RightsRules permits PosixRules, AclRules {

    /**
     * Returns which rule is broken, what was found and the command that mends it, or null if all is well.
     *
     * @param command the path as it was configured
     * @param file the file that it leads to
     * @throws IOException if a fact cannot be had
     */
    @Nullable
    String problemOf(Path command, Path file) throws IOException;

    /**
     * Returns the rights on a file for a report.
     *
     * @throws IOException if they cannot be read
     */
    Rights rightsOn(Path file) throws IOException;
}
