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

    private final Path path;
    private final @Nullable Map<String, Object> asChecked;

    private CheckedFile(Path path, @Nullable Map<String, Object> asChecked) {
        this.path = path;
        this.asChecked = asChecked;
    }

    /** Notes what a file is, before it is checked. */
    static CheckedFile before(Path path) throws IOException {
        return new CheckedFile(path, identity(path));
    }

    /** A file that is not to be checked, so that nothing can be said of it. */
    static CheckedFile unchecked(Path path) {
        return new CheckedFile(path, null);
    }

    Path path() {
        return path;
    }

    /** Whether this is another file now, or the same with other content or rights. */
    boolean hasChanged() {
        try {
            return asChecked != null && !asChecked.equals(identity(path));
        } catch (IOException gone) {
            return true;
        }
    }

    private static Map<String, Object> identity(Path path) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
        return Files.readAttributes(path, posix ? POSIX : ELSEWHERE, LinkOption.NOFOLLOW_LINKS);
    }
}
