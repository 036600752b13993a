package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check of the rights on an executable, made on its real path before every start. The same findings feed the report.
 *
 * <p>Which rules apply is decided by the attributes that the file system has, not by the name of the system. Where none
 * are known, the check fails.
 */
final class ExecutableCheck {

    private final Path command;
    private final Options options;

    ExecutableCheck(Path command, Options options) {
        this.command = command;
        this.options = options;
    }

    /**
     * What an operator may allow.
     *
     * @param allowGroupExec whether the group may read and execute the file
     * @param skipFolders whether the folders above it are left out
     * @param skipAll whether nothing is checked at all
     */
    record Options(boolean allowGroupExec, boolean skipFolders, boolean skipAll) {}

    /** What was found: a file, or the kind of failure and the error; and the rights, as far as they are known. */
    private record Findings(
            @Nullable CheckedFile file,
            FailureKind kind,
            @Nullable String error,
            Rights rights) {}

    /**
     * Returns the file to start.
     *
     * @throws BackendException of kind PERMISSIONS if a rule is broken, START if there is no such file
     */
    CheckedFile requireOk() {
        if (options.skipAll()) {
            return CheckedFile.unchecked(command);
        }
        Findings findings = findings();
        if (findings.error() != null || findings.file() == null) {
            throw new BackendException(findings.kind(), String.valueOf(findings.error()));
        }
        return findings.file();
    }

    /**
     * Makes the error for a file that was changed between its check and its start.
     *
     * @return an exception of kind PERMISSIONS
     */
    BackendException changed() {
        return new BackendException(
                FailureKind.PERMISSIONS,
                invalid("it was changed while it was started, so it was killed before it was told anything; see who"
                        + " changes it, and put new versions in place by renaming them"));
    }

    /** Describes the executable for reports. */
    BackendStatus status() {
        Findings findings = findings();
        String error = options.skipAll() ? null : findings.error();
        List<String> lines = new ArrayList<>();
        lines.add("=== Checking executable rights ===");
        lines.add("Executable path: " + command);
        if (error != null) {
            lines.add("Check Rights: error: " + error);
        } else if (options.skipAll()) {
            lines.add("Check Rights: skipped, as secret_backend_skip_checks is set");
        } else {
            lines.add("Check Rights: OK, the executable has the correct rights");
        }
        if (!findings.rights().lines().isEmpty()) {
            lines.add("");
            lines.add("Rights Detail:");
            lines.addAll(findings.rights().lines());
        }
        return new BackendStatus(command.toString(), error, findings.rights().details(), lines);
    }

    private Findings findings() {
        if (!command.isAbsolute()) {
            return refusal(FailureKind.PERMISSIONS, "only an absolute path is accepted; write the path from the root");
        }
        try {
            return findings(command.toRealPath());
        } catch (NoSuchFileException e) {
            return refusal(
                    FailureKind.START,
                    Files.isSymbolicLink(command) ? "a link to a file that does not exist" : "no such file");
        } catch (AccessDeniedException e) {
            return refusal(
                    FailureKind.PERMISSIONS,
                    "its path cannot be followed by this user; see who may enter each folder: namei -l '" + command
                            + "'");
        } catch (IOException e) {
            return refusal(
                    FailureKind.START,
                    "its path leads nowhere: links that lead to themselves, or a file in the place of a folder");
        }
    }

    private Findings findings(Path realPath) {
        Set<String> views = realPath.getFileSystem().supportedFileAttributeViews();
        try {
            CheckedFile file = CheckedFile.before(realPath);
            if (views.contains("unix")) {
                return findings(file, posixRights(realPath));
            }
            if (views.contains("acl")) {
                return findings(
                        file,
                        AclCheck.ofThisProcess(realPath, options.allowGroupExec())
                                .rightsOn(realPath));
            }
        } catch (UserPrincipalNotFoundException e) {
            return refusal(
                    FailureKind.PERMISSIONS,
                    "Windows does not know the agent's user by the name '" + e.getName() + "'; with the library"
                            + " jna-platform on the agent's class path no name is needed");
        } catch (IOException e) {
            return refusal(
                    FailureKind.PERMISSIONS,
                    "the rights on it cannot be read (" + e.getClass().getSimpleName() + "), so it is not started");
        }
        return refusal(
                FailureKind.PERMISSIONS,
                "the rights on it cannot be checked on this file system, so it is not started");
    }

    private Rights posixRights(Path realPath) throws IOException {
        PosixUser user = PosixUser.ofThisProcess();
        Rights rights = new PosixCheck(user, options.allowGroupExec()).rightsOn(realPath);
        if (rights.problem() != null || options.skipFolders()) {
            return rights;
        }
        return new Rights(new FolderCheck(user.uid()).problemOnTheWayTo(command), rights.details(), rights.lines());
    }

    private Findings findings(CheckedFile file, Rights rights) {
        String error = rights.problem() == null ? null : invalid(rights.problem());
        return new Findings(file, FailureKind.PERMISSIONS, error, rights);
    }

    private Findings refusal(FailureKind kind, String problem) {
        return new Findings(null, kind, invalid(problem), new Rights(problem, Map.of(), List.of()));
    }

    private String invalid(String problem) {
        return "invalid executable '" + command + "': " + problem;
    }
}
