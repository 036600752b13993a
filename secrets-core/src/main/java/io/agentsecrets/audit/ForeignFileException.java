package io.agentsecrets.audit;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file where an audit trail was to be kept is somebody else's, or may be. */
final class ForeignFileException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    ForeignFileException(Path file, String reason) {
        super(file.toString(), null, reason);
    }
}
