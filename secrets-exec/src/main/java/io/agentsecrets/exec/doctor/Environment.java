package io.agentsecrets.exec.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The environment that an executable inherits from the agent, and its differences to a start by hand.
 *
 * @param user the name of the user, which may be a question mark
 * @param uid the effective user id; null where the system does not tell
 * @param folder the working folder
 * @param path the variable {@code PATH}; null if it is not set
 * @param home the variable {@code HOME}; null if it is not set
 * @param withheld the variables that are set here and not passed on
 * @param firstProcess the name of process 1, which adopts orphans; empty if it is not known
 * @param limits the limits that differ from those of the process that started this one, as Java raises some; null where the
 *     system does not tell
 */
public record Environment(
        String user,
        @Nullable Integer uid,
        String folder,
        @Nullable String path,
        @Nullable String home,
        Set<String> withheld,
        Optional<String> firstProcess,
        @Nullable List<Limit> limits) {

    /**
     * A soft limit that differs.
     *
     * @param name as proc(5) names it
     * @param here in this process
     * @param parent in the process that started this one
     */
    public record Limit(String name, String here, String parent) {}

    /** Copies the collections. */
    public Environment {
        withheld = Collections.unmodifiableSet(new TreeSet<>(withheld));
        limits = limits == null ? null : List.copyOf(limits);
    }

    /** Returns the environment of this process. */
    static Environment ofThisProcess(Set<String> namesWithheld) {
        Set<String> withheld = new TreeSet<>(namesWithheld);
        withheld.retainAll(System.getenv().keySet());
        return new Environment(
                System.getProperty("user.name", "?"),
                uid(Path.of("/proc/self")),
                Path.of("").toAbsolutePath().toString(),
                System.getenv("PATH"),
                System.getenv("HOME"),
                withheld,
                nameOfFirstProcess(),
                limitsThatDiffer());
    }

    static @Nullable Integer uid(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:uid");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notKnownHere) {
            return null;
        }
    }

    private static Optional<String> nameOfFirstProcess() {
        try {
            return Optional.of(Files.readString(Path.of("/proc/1/comm")).strip());
        } catch (IOException notLinux) {
            return Optional.empty();
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
