package io.agentsecrets.exec;

import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the folders on the path to an executable (docs/spec.md, section 5), as a user who may write to one of them
 * could replace it. Each folder must belong to root or to the agent's user, and nobody else may write to it, unless it is
 * sticky like {@code /tmp}: there users can add files, but replace only their own.
 *
 * <p>The path is followed as the kernel does it, link by link. So a folder that contains a link counts too; and as anybody
 * can put a link into a sticky folder, links must belong to root or to the agent's user as well.
 *
 * <p>Several paths can be checked, one after the other; what they share is read once. Used for one check only.
 */
final class FolderRules {

    private static final int STICKY = 01000;
    private static final String CHMOD = "chmod go-w";
    private static final String CHOWN = "chown -h root";
    private static final String OFF = " (secret_backend_skip_folder_checks: true switches this rule off)";

    private final PosixUser user;
    private final Map<Path, UnixAttributes> alreadyRead = new LinkedHashMap<>();

    /** Creates the rules for a process that acts as a user. */
    FolderRules(PosixUser user) {
        this.user = user;
    }

    PosixUser user() {
        return user;
    }

    /**
     * Checks every folder and link on a path.
     *
     * @param file an absolute path that leads to a file
     * @return what is wrong and how to fix it, or null
     */
    @Nullable
    String problemOnTheWayTo(Path file) throws IOException {
        Path place = file.getRoot();
        Deque<Path> names = new ArrayDeque<>();
        putFirst(file, names);
        String problem = problemOfFolder(place, attributes(place));
        while (problem == null && !names.isEmpty()) {
            Path name = names.remove();
            Path next = step(place, name);
            UnixAttributes attributes = attributes(next);
            if (attributes.isSymbolicLink()) {
                problem = problemOfOwner("link", next, attributes);
                Path target = Files.readSymbolicLink(next);
                place = target.isAbsolute() ? target.getRoot() : place;
                putFirst(target, names);
            } else {
                problem = names.isEmpty() ? null : problemOfFolder(next, attributes);
                place = next;
            }
        }
        return problem;
    }

    private static Path step(Path place, Path name) {
        return switch (name.toString()) {
            case "." -> place;
            case ".." -> Objects.requireNonNullElse(place.getParent(), place); // the root is its own parent
            default -> place.resolve(name);
        };
    }

    private static void putFirst(Path path, Deque<Path> names) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            names.addFirst(path.getName(i));
        }
    }

    /** Returns the attributes of a file, folder or link itself. They are read once. */
    UnixAttributes attributes(Path path) throws IOException {
        UnixAttributes attributes = alreadyRead.get(path);
        if (attributes == null) {
            attributes = UnixAttributes.of(path, LinkOption.NOFOLLOW_LINKS);
            alreadyRead.put(path, attributes);
        }
        return attributes;
    }

    /** Returns the folders and links that were checked. */
    List<Evidence.Part> foldersAndLinks() {
        List<Evidence.Part> parts = new ArrayList<>();
        for (Map.Entry<Path, UnixAttributes> entry : alreadyRead.entrySet()) {
            if (entry.getValue().isSymbolicLink()) {
                parts.add(Evidence.Part.link(entry.getKey()));
            } else if (!entry.getValue().isRegularFile()) {
                parts.add(Evidence.Part.folder(entry.getKey()));
            }
        }
        return parts;
    }

    /** Returns what is wrong with a folder that has these attributes and how to fix it, or null. */
    @Nullable
    String problemOfFolder(Path folder, UnixAttributes attributes) throws IOException {
        String problem = problemOfOwner("folder", folder, attributes);
        if (problem == null && isOpen(attributes)) {
            return "'group' or 'others' may write in the folder '" + folder + "' and put another file in its place;"
                    + remedy(folder, Remedy.asOwner(user, attributes) + ShellWord.command(CHMOD, folder));
        }
        return problem;
    }

    private static boolean isOpen(UnixAttributes attributes) {
        return attributes.othersMayWrite() && (attributes.mode() & STICKY) == 0;
    }

    private @Nullable String problemOfOwner(String what, Path path, UnixAttributes attributes) throws IOException {
        int owner = attributes.uid();
        if (attributes.belongsToRoot() || owner == user.uid()) {
            return null;
        }
        boolean isOpenFolder = !attributes.isSymbolicLink() && isOpen(attributes);
        return "the " + what + " '" + path + "' belongs to neither root nor this user, but to '"
                + Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName() + "', UID "
                + Integer.toUnsignedString(owner) + ", who could put another file"
                + " in its place;"
                + remedy(
                        path,
                        "put the executable elsewhere, or, if its owner does not need this " + what + ", "
                                + Remedy.asOwner(user, attributes)
                                + ShellWord.command(isOpenFolder ? List.of(CHOWN, CHMOD) : List.of(CHOWN), path));
    }

    /**
     * Returns what to do. In Kubernetes the folder of a volume is writable for all but mounted read-only, so no command helps.
     *
     * @param advice what to do elsewhere
     */
    private static String remedy(Path path, String advice) {
        boolean isReadOnly = Remedy.placeOf(path) == Remedy.Place.READ_ONLY_MOUNT;
        return " "
                + (isReadOnly ? "it is on a read-only mount; in Kubernetes mount the file alone, with subPath" : advice)
                + OFF;
    }
}
