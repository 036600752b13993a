package io.agentsecrets;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Thrown when a file that this library would write to belongs to somebody else, or may do so. */
public final class ForeignFileException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param file the file
     * @param reason what was found, and how to fix it
     */
    public ForeignFileException(Path file, String reason) {
        super(file.toString(), null, reason);
    }
}
