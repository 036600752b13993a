package io.agentsecrets.examples.agent;

import io.agentsecrets.OneLine;
import io.agentsecrets.SecretException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The checks of this agent. A real check would connect to a database, for example; these only print a line with the number
 * of their instances. Thread-safe.
 */
final class Checks {

    private final PrintStream out;
    private final Map<String, Integer> instancesByCheck = new TreeMap<>();

    /**
     * Creates checks that print to a stream.
     *
     * @param out where the lines go
     */
    Checks(PrintStream out) {
        this.out = out;
    }

    /** Starts a check with its resolved configuration, or restarts it. */
    synchronized void run(String source, List<@Nullable Object> documents) {
        boolean ran = instancesByCheck.put(source, instances(documents)) != null;
        print((ran ? "restarted " : "started ") + source + ", instances: " + instancesByCheck.get(source));
    }

    /** Stops a check whose configuration cannot be resolved any more, or never starts it. */
    synchronized void drop(String source, SecretException reason) {
        instancesByCheck.remove(source);
        print("dropped " + source);
        String.valueOf(reason.getMessage()).lines().forEach(line -> print("  " + line));
    }

    /** Stops all checks. */
    synchronized void stopAll() {
        instancesByCheck.keySet().forEach(source -> print("stopped " + source));
        instancesByCheck.clear();
    }

    private static int instances(List<@Nullable Object> documents) {
        int instances = 0;
        for (Object document : documents) {
            instances += document instanceof Map<?, ?> map && map.get("instances") instanceof List<?> listed
                    ? listed.size()
                    : 1;
        }
        return instances;
    }

    /** Prints a line. The name of a file may contain anything, even a line feed. */
    private void print(String line) {
        out.println(OneLine.of(line));
    }
}
