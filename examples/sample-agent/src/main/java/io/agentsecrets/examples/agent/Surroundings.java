package io.agentsecrets.examples.agent;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an executable inherits from the agent, and what differs when somebody starts it by hand.
 *
 * @param user the name of the user, which may be a question mark
 * @param uid the effective user id; null where the system does not tell
 * @param folder the working folder
 * @param path the variable {@code PATH}; null if it is not set
 * @param home the variable {@code HOME}; null if it is not set
 * @param withheld the variables that are set here and not passed on
 * @param limits the limits that differ from those of the process that started this one, as Java raises some;
 *     null where the system does not tell
 */
record Surroundings(
        String user,
        @Nullable Integer uid,
        String folder,
        @Nullable String path,
        @Nullable String home,
        Set<String> withheld,
        @Nullable List<Limit> limits) {

    /** A soft limit that differs, here and in the process that started this one. */
    record Limit(String name, String here, String parent) {}

    /** Looks at this process. */
    static Surroundings ofThisProcess(Set<String> namesWithheld) {
        Set<String> withheld = new TreeSet<>(namesWithheld);
        withheld.retainAll(System.getenv().keySet());
        return new Surroundings(
                System.getProperty("user.name", "?"),
                uid(Path.of("/proc/self")),
                Path.of("").toAbsolutePath().toString(),
                System.getenv("PATH"),
                System.getenv("HOME"),
                withheld,
                limitsThatDiffer());
    }

    /** Judges what most often makes a difference between a shell and a service. */
    Judgement judgement() {
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
        String problem = problemWithHome();
        return problem == null
                ? Judgement.ok(name, "PATH is set, and HOME is a folder of this user")
                : Judgement.warn(
                        name,
                        problem,
                        "if a tool in the executable keeps settings or credentials in the home folder, set HOME where the"
                                + " agent is started (sudo -H, Environment=HOME=... of a service)");
    }

    private @Nullable String problemWithHome() {
        if (home == null || home.isEmpty()) {
            return "HOME is not set";
        }
        try {
            Path folderOfUser = Path.of(home);
            if (!Files.isDirectory(folderOfUser) || !Files.isReadable(folderOfUser)) {
                return "HOME is no folder that this user can read";
            }
            Integer owner = uid(folderOfUser);
            return uid == null || owner == null || uid.equals(owner)
                    ? null
                    : "HOME belongs to uid " + Integer.toUnsignedString(owner) + ", not to this user";
        } catch (InvalidPathException e) {
            return "HOME is no path of this system";
        }
    }

    private static @Nullable Integer uid(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:uid");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notKnownHere) {
            return null;
        }
    }

    private static @Nullable List<Limit> limitsThatDiffer() {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        Map<String, String> ofParent =
                parent.isEmpty() ? Map.of() : limits(Long.toString(parent.get().pid()));
        if (ofParent.isEmpty()) {
            return null;
        }
        List<Limit> differing = new ArrayList<>();
        limits("self").forEach((name, here) -> {
            String there = ofParent.get(name);
            if (there != null && !there.equals(here)) {
                differing.add(new Limit(name, here, there));
            }
        });
        return differing;
    }

    /** Reads the soft limits that proc(5) shows, by name; none on other systems. */
    private static Map<String, String> limits(String process) {
        Map<String, String> limits = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc", process, "limits"), StandardCharsets.ISO_8859_1)) {
                String[] columns = line.split(" {2,}", 3);
                if (columns.length == 3 && columns[0].startsWith("Max ")) {
                    limits.put(columns[0].substring("Max ".length()), columns[1]);
                }
            }
        } catch (IOException notLinux) {
            return Map.of();
        }
        return limits;
    }
}
