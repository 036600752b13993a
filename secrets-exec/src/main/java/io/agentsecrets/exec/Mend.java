package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The advice for a file with the wrong rights: a command that is safe to run, or what to do if none is.
 *
 * @param file the file
 * @param isOfTheSystem whether it is a program of the system, which everybody needs as it is
 * @param isOnReadOnlyMount whether it is on a read-only mount, where nobody can change its rights
 */
record Mend(Path file, boolean isOfTheSystem, boolean isOnReadOnlyMount) {

    private static final int ROOT = 0;
    private static final int OTHERS_READ_OR_EXECUTE = 0005;
    private static final List<String> FOLDERS_OF_THE_SYSTEM = List.of("/usr", "/bin", "/sbin", "/lib", "/lib64");

    /** Returns the advice for a file whose rights are wrong for a user. */
    static Mend of(Path file, UnixAttributes attributes, int user) {
        boolean isForAll = attributes.uid() == ROOT && (attributes.mode() & OTHERS_READ_OR_EXECUTE) != 0;
        return new Mend(file, isForAll && (user != ROOT || isInFolderOfTheSystem(file)), isReadOnly(file));
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

    private String suggest(String command) {
        if (isOfTheSystem) {
            return "it is a program of the system: copy it or wrap it in a script of mode 0700 that belongs to this user";
        }
        return isOnReadOnlyMount
                ? "it is on a read-only mount, whose settings give the rights; in Kubernetes: defaultMode: 0550, fsGroup,"
                        + " and secret_backend_command_allow_group_exec_perm: true"
                : command;
    }

    private static boolean isInFolderOfTheSystem(Path file) {
        return FOLDERS_OF_THE_SYSTEM.stream()
                .anyMatch(folder -> file.startsWith(file.getFileSystem().getPath(folder)));
    }

    private static boolean isReadOnly(Path file) {
        try {
            return Files.getFileStore(file).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }
}
