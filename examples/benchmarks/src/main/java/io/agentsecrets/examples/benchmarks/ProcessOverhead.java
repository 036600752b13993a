package io.agentsecrets.examples.benchmarks;

import io.agentsecrets.Handle;
import io.agentsecrets.exec.ExecBackend;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a call of {@link ExecBackend} costs beside the least that Java can do: start the executable, write the request,
 * read the reply, wait for the exit. Both take turns in one JVM, which JMH cannot do, as processes are noisy.
 */
final class ProcessOverhead {

    private static final int CALLS = 500;
    private static final int WARMUP = Integer.getInteger("warmup", 100);
    private static final byte[] REQUEST =
            "{\"version\":\"1.0\",\"secrets\":[\"a\",\"b\",\"c\",\"d\"]}".getBytes(StandardCharsets.UTF_8);

    private final Path executable;
    private final ExecBackend backend;
    private final ExecBackend unchecked;
    private final Set<Handle> handles = new TreeSet<>();

    private ProcessOverhead(Path executable) {
        this.executable = executable;
        this.backend = ExecBackend.builder(executable).build();
        this.unchecked = ExecBackend.builder(executable).skipChecks(true).build();
        for (String name : new String[] {"a", "b", "c", "d"}) {
            handles.add(new Handle(name));
        }
    }

    /** Prints medians in milliseconds and ratios. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        new ProcessOverhead(Executables.chosen()).measure();
    }

    private void measure() throws IOException, InterruptedException {
        double[] bare = new double[CALLS];
        double[] withoutChecks = new double[CALLS];
        double[] whole = new double[CALLS];
        for (int call = -WARMUP; call < CALLS; call++) {
            long start = System.nanoTime();
            startBare();
            long afterBare = System.nanoTime();
            unchecked.fetch(handles);
            long afterUnchecked = System.nanoTime();
            backend.fetch(handles);
            long end = System.nanoTime();
            if (call >= 0) {
                bare[call] = (afterBare - start) / 1e6;
                withoutChecks[call] = (afterUnchecked - afterBare) / 1e6;
                whole[call] = (end - afterUnchecked) / 1e6;
            }
        }
        print("ProcessBuilder alone", bare, bare);
        print("ExecBackend without rights check", withoutChecks, bare);
        print("ExecBackend", whole, bare);
    }

    private void startBare() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(executable.toString()).start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(REQUEST);
        }
        process.getInputStream().readAllBytes();
        process.waitFor();
    }

    private static void print(String label, double[] millis, double[] bare) {
        double median = Medians.of(millis);
        System.out.printf("%-34s %8.3f ms %8.3f times%n", label, median, median / Medians.of(bare));
    }
}
