package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that passed the check of its rights, as it was then. It is asked once more when it has been started and before it
 * is told anything, so that what was checked is what runs.
 */
final class CheckedFile {

    /** Which file it is and when it was changed; the change time cannot be set back, the others can. */
    private static final String POSIX = "unix:dev,ino,size,lastModifiedTime,ctime,mode,uid,gid";

    private static final String ELSEWHERE = "size,lastModifiedTime,creationTime,isRegularFile";

    private final ProvenPath path;
    private final @Nullable Map<String, Object> asChecked;
    private final StartChain chain;

    private CheckedFile(ProvenPath path, @Nullable Map<String, Object> asChecked) {
        this.path = path;
        this.asChecked = asChecked;
        this.chain = StartChain.of(path.path());
    }

    /** Takes note of a file as it is before it is checked. */
    static CheckedFile before(ProvenPath path) throws IOException {
        return new CheckedFile(path, identity(path.path()));
    }

    /** A file that is not to be checked, so that nothing can be said of it. */
    static CheckedFile unchecked(ProvenPath path) {
        return new CheckedFile(path, null);
    }

    ProvenPath path() {
        return path;
    }

    /** What the system opens to start it. */
    StartChain chain() {
        return chain;
    }

    /** Whether this is another file now, or the same with other content or rights. */
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
