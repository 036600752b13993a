package io.agentsecrets.audit;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Thrown when a file that is meant for an audit trail belongs to somebody else, or may do so. */
final class ForeignFileException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    ForeignFileException(Path file, String reason) {
        super(file.toString(), null, reason);
    }
}
