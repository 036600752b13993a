package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check of the rights on an executable, made on its real path for each start, unless a kept one still holds, and for the
 * report.
 *
 * <p>The attributes that the file system supports decide which rules apply, not the name of the operating system. If it
 * supports neither kind, the check fails.
 */
final class ExecutableCheck {

    private final Path command;
    private final Options options;

    /** The last check that found nothing wrong. */
    private volatile @Nullable KeptCheck kept;

    ExecutableCheck(Path command, Options options) {
        this.command = command;
        this.options = options;
    }

    /**
     * The exceptions that an operator may allow.
     *
     * @param allowGroupExec whether the group may read and execute the file
     * @param skipFolders whether the folders above it are not checked
     * @param skipAll whether nothing is checked at all
     */
    record Options(boolean allowGroupExec, boolean skipFolders, boolean skipAll) {}

    /**
     * Returns the file to start. Each part of the way to it is looked at; if all of them are as they were for the last
     * check, its result is still right.
     *
     * @throws BackendException of kind PERMISSIONS if a rule is broken, START if there is no such file
     */
    CheckedFile requireOk() {
        KeptCheck last = kept;
        Evidence now = last == null ? Evidence.NONE : Evidence.of(last.parts(), System.currentTimeMillis());
        if (last != null && last.holdsWith(now)) {
            return last.file();
        }
        kept = null;
        KeptCheck next = checked(now);
        kept = next;
        return next.file();
    }

    private KeptCheck checked(Evidence before) {
        FileRoom.OF_AGENT.require(command); // otherwise a file that cannot be opened would be said to be unreadable
        if (options.skipAll()) {
            CheckedFile file = CheckedFile.unchecked(proven(command));
            return KeptCheck.of(command, file, List.of(), before);
        }
        Path realPath = realPath();
        try {
            return checked(realPath, before);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    private KeptCheck checked(Path realPath, Evidence before) throws IOException {
        CheckedFile file = CheckedFile.before(proven(realPath));
        RightsRules rules = rulesFor(realPath);
        String problem = rules.problemOf(command, realPath);
        if (problem == null) {
            problem = rules.problemOfHelpers(file.chain().helpers());
        }
        if (problem != null) {
            throw refusal(FailureKind.PERMISSIONS, problem);
        }
        return KeptCheck.of(command, file, rules.foldersAndLinks(), before);
    }

    private ProvenPath proven(Path path) {
        ProvenPath proven = ProvenPath.of(path);
        if (proven == null) {
            throw refusal(
                    FailureKind.PERMISSIONS,
                    "'" + path + "', where it is, has characters that the agent's locale has not, so another file"
                            + " could be started; start the agent with LC_ALL=C.UTF-8, or move it to a path of"
                            + " ASCII characters");
        }
        return proven;
    }

    /**
     * Returns the error for a file that was changed between its check and its start.
     *
     * @return an exception of kind PERMISSIONS
     */
    BackendException changed() {
        return refusal(
                FailureKind.PERMISSIONS,
                "it was changed each time while it was started, so it was killed before it was told anything; see who"
                        + " changes it, and put new versions in place by renaming them");
    }

    /** Describes the executable for reports. */
    BackendStatus status() {
        String error = error();
        Rights rights = rights();
        List<String> lines = new ArrayList<>();
        lines.add("=== Checking executable rights ===");
        lines.add("Executable path: " + command);
        if (error != null) {
            lines.add("Check Rights: error: " + error);
        } else if (options.skipAll()) {
            lines.add("Check Rights: skipped, as secret_backend_skip_rights_checks is set");
        } else {
            lines.add("Check Rights: OK, the executable has the correct rights");
        }
        if (!rights.lines().isEmpty()) {
            lines.add("");
            lines.add("Rights Detail:");
            lines.addAll(rights.lines());
        }
        return new BackendStatus(command.toString(), error, rights.details(), lines);
    }

    private @Nullable String error() {
        try {
            requireOk();
            return null;
        } catch (BackendException e) {
            return e.getMessage();
        }
    }

    private Rights rights() {
        try {
            Path realPath = realPath();
            return rulesFor(realPath).rightsOn(realPath);
        } catch (IOException | BackendException e) {
            return Rights.UNKNOWN; // the error says why
        }
    }

    private Path realPath() {
        if (!command.isAbsolute()) {
            throw refusal(FailureKind.PERMISSIONS, "only an absolute path is accepted; write the path from the root");
        }
        try {
            return command.toRealPath();
        } catch (NoSuchFileException e) {
            throw refusal(
                    FailureKind.START,
                    (Files.isSymbolicLink(command) ? "a link to a file that does not exist" : "no such file") + "; "
                            + StartFailure.remedyIfMissing(command));
        } catch (AccessDeniedException e) {
            throw refusal(
                    FailureKind.PERMISSIONS,
                    "its path cannot be followed by this user; see who may enter each folder: "
                            + ShellWord.command("namei -l", command));
        } catch (IOException e) {
            throw refusal(
                    FailureKind.START,
                    "its path leads nowhere: links that lead to themselves, or a file in the place of a folder; see"
                            + " which: "
                            + ShellWord.command("namei -l", command));
        }
    }

    private RightsRules rulesFor(Path realPath) throws IOException {
        Set<String> views = realPath.getFileSystem().supportedFileAttributeViews();
        if (views.contains("unix")) {
            return new PosixRules(PosixUser.ofThisProcess(), options.allowGroupExec(), options.skipFolders());
        }
        if (views.contains("acl")) {
            return AclRules.ofThisProcess(realPath, options.allowGroupExec());
        }
        throw refusal(
                FailureKind.PERMISSIONS,
                "the rights on it cannot be checked on this file system, so it is not started; put it on another one");
    }

    private BackendException refusal(IOException e) {
        if (e instanceof UserPrincipalNotFoundException unknown) {
            return refusal(
                    FailureKind.PERMISSIONS,
                    "Windows does not know the agent's user by the name '" + unknown.getName() + "'; with the library"
                            + " jna-platform on the agent's class path no name is needed");
        }
        if (e instanceof NoSuchFileException) {
            return refusal(
                    FailureKind.START, "it, or its interpreter, is gone; put new versions in place by renaming them");
        }
        return refusal(
                FailureKind.PERMISSIONS,
                "the rights on it cannot be read (" + e.getClass().getSimpleName()
                        + "), so it is not started; see what this user may read: "
                        + ShellWord.command("namei -l", command));
    }

    private BackendException refusal(FailureKind kind, String problem) {
        return new BackendException(kind, "invalid executable '" + command + "': " + problem);
    }
}
