package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file as it was when its rights were checked. It is compared once more after the process was started and before the
 * request is sent, so that the file that was checked is the one that runs.
 */
final class CheckedFile {

    /** The identity of the file and its times, of which only {@code ctime} cannot be set back. */
    static final String POSIX = "unix:dev,ino,size,lastModifiedTime,ctime,mode,uid,gid";

    private static final String ELSEWHERE = "size,lastModifiedTime,creationTime,isRegularFile";

    private final ProvenPath path;
    private final @Nullable Map<String, Object> asChecked;
    private final StartChain chain;

    private CheckedFile(ProvenPath path, @Nullable Map<String, Object> asChecked) {
        this.path = path;
        this.asChecked = asChecked;
        this.chain = StartChain.of(path.path());
    }

    /** Records a file before its rights are checked. */
    static CheckedFile before(ProvenPath path) throws IOException {
        return new CheckedFile(path, identity(path.path()));
    }

    /** Returns a file that is not checked and never counts as changed. */
    static CheckedFile unchecked(ProvenPath path) {
        return new CheckedFile(path, null);
    }

    ProvenPath path() {
        return path;
    }

    /** The files that the system opens to start it. */
    StartChain chain() {
        return chain;
    }

    /** Whether this is a different file now, or has other content or rights. */
    boolean hasChanged() {
        try {
            return asChecked != null && !asChecked.equals(identity(path.path()));
        } catch (IOException gone) {
            return true;
        }
    }

    private static Map<String, Object> identity(Path path) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
        return Files.readAttributes(path, posix ? POSIX : ELSEWHERE, LinkOption.NOFOLLOW_LINKS);
    }
}
