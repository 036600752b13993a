package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The check of the rights on an executable, made on its real path before every start. The same findings feed the report.
 *
 * <p>Which rules apply is decided by the attributes that the file system has, not by the name of the system. Where none
 * are known, the check fails.
 */
final class ExecutableCheck {

    private final Path command;
    private final boolean allowGroupExec;
    private final boolean skipped;

    ExecutableCheck(Path command, boolean allowGroupExec, boolean skipped) {
        this.command = command;
        this.allowGroupExec = allowGroupExec;
        this.skipped = skipped;
    }

    /**
     * What was found.
     *
     * @param realPath the file after all links, or null if there is none
     * @param kind what kind of failure the error is
     * @param error which rule is broken, what was found and the command that mends it; null if all is well
     * @param details facts by name, for scripts
     * @param lines facts, for people
     */
    record Findings(
            @Nullable Path realPath,
            FailureKind kind,
            @Nullable String error,
            Map<String, String> details,
            List<String> lines) {

        static Findings refusal(@Nullable Path realPath, FailureKind kind, String error) {
            return new Findings(realPath, kind, error, Map.of(), List.of());
        }
    }

    /**
     * Returns the path to start.
     *
     * @throws BackendException of kind PERMISSIONS if a rule is broken, START if there is no such file
     */
    Path requireOk() {
        if (skipped) {
            return command;
        }
        Findings findings = findings();
        if (findings.error() != null) {
            throw new BackendException(findings.kind(), findings.error());
        }
        return findings.realPath() == null ? command : findings.realPath();
    }

    /** Describes the executable for reports. */
    BackendStatus status() {
        Findings findings = findings();
        String error = skipped ? null : findings.error();
        List<String> lines = new ArrayList<>();
        lines.add("=== Checking executable rights ===");
        lines.add("Executable path: " + command);
        if (error != null) {
            lines.add("Check Rights: error: " + error);
        } else if (skipped) {
            lines.add("Check Rights: skipped, as secret_backend_skip_checks is set");
        } else {
            lines.add("Check Rights: OK, the executable has the correct rights");
        }
        if (!findings.lines().isEmpty()) {
            lines.add("");
            lines.add("Rights Detail:");
            lines.addAll(findings.lines());
        }
        return new BackendStatus(command.toString(), error, findings.details(), lines);
    }

    private Findings findings() {
        if (!command.isAbsolute()) {
            return Findings.refusal(
                    null,
                    FailureKind.PERMISSIONS,
                    invalid("only an absolute path is accepted; write the path from the root"));
        }
        Path realPath;
        try {
            realPath = command.toRealPath();
        } catch (NoSuchFileException e) {
            String problem = Files.isSymbolicLink(command) ? "a link to a file that does not exist" : "no such file";
            return Findings.refusal(null, FailureKind.START, invalid(problem));
        } catch (AccessDeniedException e) {
            return Findings.refusal(
                    null,
                    FailureKind.PERMISSIONS,
                    invalid("its path cannot be followed by this user; see who may enter each folder: namei -l '"
                            + command + "'"));
        } catch (IOException e) {
            return Findings.refusal(
                    null,
                    FailureKind.START,
                    invalid("its path leads nowhere: links that lead to themselves, or a file in the place of a"
                            + " folder"));
        }
        return findings(realPath);
    }

    private Findings findings(Path realPath) {
        if (!realPath.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Findings.refusal(
                    realPath,
                    FailureKind.PERMISSIONS,
                    invalid("the rights on it cannot be checked on this file system, so it is not started"));
        }
        try {
            return PosixCheck.ofThisProcess(allowGroupExec).findings(command, realPath);
        } catch (IOException e) {
            return Findings.refusal(
                    realPath, FailureKind.PERMISSIONS, invalid("the rights on it cannot be read (" + reason(e) + ")"));
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName();
    }

    private String invalid(String problem) {
        return "invalid executable '" + command + "': " + problem;
    }
}
