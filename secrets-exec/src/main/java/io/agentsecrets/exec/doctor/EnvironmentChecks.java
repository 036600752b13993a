package io.agentsecrets.exec.doctor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Judges the most common differences between a shell and a service: PATH, HOME and process 1. */
final class EnvironmentChecks {

    private EnvironmentChecks() {}

    /** Returns one judgement on an environment. */
    static Judgement judge(Environment environment) {
        String path = environment.path();
        String name = "environment";
        if (path == null || path.isEmpty()) {
            return Judgement.warn(
                    name,
                    "PATH is not set, so commands are not found",
                    "set PATH for the agent's service, or write the full paths of commands in the executable");
        }
        if (File.separatorChar == '\\') {
            return Judgement.ok(name, "PATH is set");
        }
        if (environment.firstProcess().map(EnvironmentChecks::reapsNothing).orElse(false)) {
            return Judgement.warn(
                    name,
                    "the first process here is Java, which does not reap the processes that an executable leaves behind",
                    "start the container with an init: docker run --init, shareProcessNamespace, or tini as entry point");
        }
        String problem = problemWithHome(environment);
        return problem == null
                ? Judgement.ok(name, "PATH is set, and HOME is a folder of this user")
                : Judgement.warn(
                        name,
                        problem,
                        "if a tool in the executable keeps settings or credentials in the home folder, set HOME where the"
                                + " agent is started (sudo -H, Environment=HOME=... of a service)");
    }

    /** Tells whether process 1 is a JVM, which is common in containers and reaps no foreign processes. */
    static boolean reapsNothing(String firstProcess) {
        return firstProcess.equals("java");
    }

    private static @Nullable String problemWithHome(Environment environment) {
        String home = environment.home();
        if (home == null || home.isEmpty()) {
            return "HOME is not set";
        }
        try {
            Path folderOfUser = Path.of(home);
            if (!Files.isDirectory(folderOfUser) || !Files.isReadable(folderOfUser)) {
                return "HOME is no folder that this user can read";
            }
            Integer owner = Environment.uid(folderOfUser);
            Integer uid = environment.uid();
            return uid == null || owner == null || uid.equals(owner)
                    ? null
                    : "HOME belongs to uid " + Integer.toUnsignedString(owner) + ", not to this user";
        } catch (InvalidPathException e) {
            return "HOME is no path of this system";
        }
    }
}
