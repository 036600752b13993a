package io.agentsecrets.exec;

import java.nio.file.Path;
import java.util.List;

/**
 * The advice for a file with the wrong rights: a command that is safe to run, or what to do if none is.
 *
 * @param file the file
 * @param place where it is, which decides what can be done
 */
record Remedy(Path file, Place place) {

    /** Where a file is. */
    enum Place {
        /** Where its owner or root can change it. */
        CHANGEABLE,
        /** Among the programs of the system, which everybody needs as they are. */
        SYSTEM,
        /** On a read-only mount, where nobody can change its rights. */
        READ_ONLY_MOUNT,
        /** On a read-only root file system, that of a container's image. */
        READ_ONLY_IMAGE
    }

    private static final int ROOT = 0;
    private static final int OTHERS_READ_OR_EXECUTE = 0005;
    private static final List<String> FOLDERS_OF_THE_SYSTEM = List.of("/usr", "/bin", "/sbin", "/lib", "/lib64");

    /** Returns the advice for a file whose rights are wrong for a user. */
    static Remedy of(Path file, UnixAttributes attributes, int user) {
        boolean isForAll = attributes.belongsToRoot() && (attributes.mode() & OTHERS_READ_OR_EXECUTE) != 0;
        if (isForAll && isInFolderOfTheSystem(file)) {
            return new Remedy(file, Place.SYSTEM);
        }
        Place place = placeOf(file);
        // a file of root's on a read-only mount, such as a ConfigMap with its usual mode, is not a program of the
        // system
        boolean isProgram = isForAll && user != ROOT && place != Place.READ_ONLY_MOUNT;
        return new Remedy(file, isProgram ? Place.SYSTEM : place);
    }

    /** Suggests other rights. */
    String chmod(String mode) {
        return suggest("chmod " + mode + " " + ShellWord.of(file));
    }

    /** Suggests another owner for the file, or another user for the container. */
    String chown(int user, int owner) {
        String container = owner == ROOT ? "" : " (in a container, runAsUser: " + Integer.toUnsignedString(owner) + ")";
        return suggest("chown " + Integer.toUnsignedString(user) + " " + ShellWord.of(file) + container);
    }

    /** Suggests another group for the file. */
    String chgrp() {
        return suggest("give it to a group of this user: chgrp GROUP " + ShellWord.of(file));
    }

    private String suggest(String command) {
        return switch (place) {
            case CHANGEABLE -> command;
            case SYSTEM ->
                "it is a program of the system: copy it or wrap it in a script of mode 0700 that belongs to this user";
            case READ_ONLY_MOUNT ->
                "it is on a read-only mount, whose settings give the rights; in Kubernetes: defaultMode: 0550, fsGroup,"
                        + " and secret_backend_command_allow_group_exec_perm: true";
            case READ_ONLY_IMAGE -> "its file system is read-only; where the image is built: " + command;
        };
    }

    private static boolean isInFolderOfTheSystem(Path file) {
        return FOLDERS_OF_THE_SYSTEM.stream()
                .anyMatch(folder -> file.startsWith(file.getFileSystem().getPath(folder)));
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
