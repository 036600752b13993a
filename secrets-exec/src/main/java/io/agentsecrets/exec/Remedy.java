package io.agentsecrets.exec;

import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The advice for a file with the wrong rights: one command after which no rule is broken, or what to do if none is safe.
 *
 * @param file the file
 * @param found its owner, group and mode
 * @param user the user that is to start it
 * @param allowGroupExec whether the group may read and execute it
 */
record Remedy(Path file, UnixAttributes found, PosixUser user, boolean allowGroupExec) {

    /** Where a file is, which decides what can be done. */
    enum Place {
        /** Where its owner or root can change it. */
        CHANGEABLE,
        /** Among the programs of the system, which everybody needs as they are. */
        SYSTEM,
        /** Elsewhere, but it belongs to root and is meant for all. */
        FOR_ALL,
        /** On a read-only mount, where nobody can change its rights. */
        READ_ONLY_MOUNT,
        /** On a read-only root file system, that of a container's image. */
        READ_ONLY_IMAGE
    }

    private static final String COPY = "copy it or wrap it in a script of mode 0700 that belongs to this user";
    private static final int OTHERS_READ_OR_EXECUTE = 0005;
    private static final List<String> FOLDERS_OF_THE_SYSTEM = List.of("/usr", "/bin", "/sbin", "/lib", "/lib64");
    private static final String FOLDER_OF_ADMINISTRATORS = "/usr/local";

    /** Returns what to do. */
    String advice() {
        return adviceAt(place());
    }

    /** Returns what to do about a file in such a place. */
    String adviceAt(Place place) {
        return switch (place) {
            case CHANGEABLE -> asOwner(user, found) + command() + orAnotherUser();
            case SYSTEM -> "it is a program of the system: " + COPY;
            case FOR_ALL -> "it belongs to root, who lets all use it: " + COPY;
            case READ_ONLY_MOUNT ->
                "it is on a read-only mount, whose settings give the rights; in Kubernetes: defaultMode: 0550, fsGroup,"
                        + " and secret_backend_command_allow_group_exec_perm: true";
            case READ_ONLY_IMAGE ->
                "its file system is read-only; where the image is built: " + command() + orAnotherUser();
        };
    }

    /** Returns words that stand before a command if this user may not run it. */
    static String asOwner(PosixUser user, UnixAttributes found) {
        return user.isRoot() || found.uid() == user.uid() ? "" : "as root: ";
    }

    private String command() {
        List<String> steps = new ArrayList<>();
        if (isForGroup() && !isOfGroup()) {
            steps.add("chgrp " + Integer.toUnsignedString(user.gids().iterator().next()));
        }
        if (!isForGroup() && !isOfUser()) {
            steps.add("chown " + Integer.toUnsignedString(user.uid()));
        }
        PosixMode mode = new PosixMode(found.mode());
        if (!(isForGroup() ? mode.isFineForGroup() : mode.isFineForOwner(allowGroupExec))) {
            steps.add("chmod " + (isForGroup() || (allowGroupExec && mode.groupHasRights()) ? "0750" : "0700"));
        }
        return ShellWord.command(steps, file);
    }

    private boolean isOfUser() {
        return found.uid() == user.uid();
    }

    private boolean isOfGroup() {
        return user.gids().contains(found.gid());
    }

    /** Whether this user is to start the file of somebody else as a member of its group. */
    private boolean isForGroup() {
        boolean canBeOfGroup = found.belongsToRoot() && !user.gids().isEmpty();
        return allowGroupExec && !isOfUser() && (isOfGroup() || canBeOfGroup);
    }

    /** In a container the user can follow the owner, where nothing else is wrong. */
    private String orAnotherUser() {
        boolean isOnlyOwner =
                !isForGroup() && !isOfUser() && new PosixMode(found.mode()).isFineForOwner(allowGroupExec);
        return isOnlyOwner && !found.belongsToRoot()
                ? " (in a container, runAsUser: " + Integer.toUnsignedString(found.uid()) + ")"
                : "";
    }

    private Place place() {
        boolean isForAll = found.belongsToRoot() && (found.mode() & OTHERS_READ_OR_EXECUTE) != 0;
        if (isForAll && FOLDERS_OF_THE_SYSTEM.stream().anyMatch(this::isIn)) {
            return isIn(FOLDER_OF_ADMINISTRATORS) ? Place.FOR_ALL : Place.SYSTEM;
        }
        Place place = placeOf(file);
        // a file of root's on a read-only mount, such as a ConfigMap with its usual mode, is not a program of the
        // system, and neither is one in a folder of the user's own
        boolean isProgram = isForAll && !user.isRoot() && place != Place.READ_ONLY_MOUNT && !isInFolderOfUser();
        return isProgram ? Place.FOR_ALL : place;
    }

    private boolean isIn(String folder) {
        return file.startsWith(file.getFileSystem().getPath(folder));
    }

    private boolean isInFolderOfUser() {
        try {
            Path folder = file.getParent();
            return folder != null && UnixAttributes.of(folder).uid() == user.uid();
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Returns where a file or folder is, as far as the system tells. */
    static Place placeOf(Path path) {
        MountPoint mount = MountPoint.of(path);
        if (!mount.isReadOnly()) {
            return Place.CHANGEABLE;
        }
        return mount.isRoot() ? Place.READ_ONLY_IMAGE : Place.READ_ONLY_MOUNT;
    }
}
