package io.agentsecrets.examples.benchmarks;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.audit.AuditTrail;
import io.agentsecrets.resolver.Refresher;
import io.agentsecrets.resolver.SecretResolver;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Measures how the cost of each operation grows with the number of other secrets in use: 10, 1,000, 10,000 and 100,000. Prints
 * a row for each operation, in microseconds. A row should be flat. The last two operations look at all secrets, so their times
 * are divided by the number.
 */
final class Growth {

    private static final int[] SIZES = {10, 1_000, 10_000, 100_000};
    private static final int RUNS = 201;

    /** After so many rounds with the smallest size the JVM has compiled what they need. */
    private static final int WARM_UP = 30;

    private final Map<String, double[]> rows = new LinkedHashMap<>();

    private Growth() {}

    /** Prints medians. */
    public static void main(String[] arguments) {
        for (int round = 0; round < WARM_UP; round++) {
            new Growth().measureSizes(1);
        }
        Growth growth = new Growth();
        growth.measureSizes(SIZES.length);
        System.out.printf("%-55s %10d %10d %10d %10d%n", "µs, beside so many secrets", 10, 1_000, 10_000, 100_000);
        growth.rows.forEach((name, row) ->
                System.out.printf("%-55s %10.2f %10.2f %10.2f %10.2f%n", name, row[0], row[1], row[2], row[3]));
    }

    private void measureSizes(int count) {
        for (int column = 0; column < count; column++) {
            measure(column);
        }
    }

    private void measure(int column) {
        int size = SIZES[column];
        AuditTrail trail = event -> {};
        SecretResolver resolver = SecretResolver.builder(new Values())
                .auditTrail(trail)
                .rejectionInterval(Duration.ZERO)
                .build();
        Map<String, Object> trees = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            trees.put("s" + i, tree(i));
        }
        resolver.resolveAll(trees);
        Refresher refresher = Refresher.start(resolver, Duration.ZERO);
        try {
            row("a source whose handle fails", column, i -> dropped(resolver, "f" + i));
            row("the same again", column, i -> dropped(resolver, "f0"));
            for (int i = 0; i < RUNS; i++) {
                resolver.forget("f" + i);
            }
            row("a cached source", column, i -> resolver.resolve("s1", tree(1)));
            row("a source of its own, with an audit trail", column, i -> resolver.resolve("n" + i, "ENC[n" + i + "]"));
            row("forget a source", column, i -> resolver.forget("n" + i));
            row("a server refuses a value", column, i -> resolver.refreshRejected("s" + i % size));
            long before = cpuOfRefresher();
            row("a value with a time to live", column, i -> resolver.resolve("t" + i, "ENC[ttl" + i + "]"));
            cell("the refresher's part of that", column, (cpuOfRefresher() - before) / 1e3 / RUNS);
            row("a line to mask", column, i -> resolver.redactor().redact("line " + i + " of a log, without a secret"));
            cell("report, for each secret", column, median(11, i -> resolver.report()) / size);
            cell("refresh, for each secret", column, median(11, i -> resolver.refresh()) / size);
        } finally {
            refresher.close();
        }
    }

    private static Object tree(int number) {
        return Map.of("password", "ENC[h" + number + "]");
    }

    private static void dropped(SecretResolver resolver, String name) {
        Resolution<?> resolution =
                resolver.resolveAll(Map.of(name, "ENC[fail_" + name + "]")).get(name);
        if (!(resolution instanceof Resolution.Dropped)) {
            throw new IllegalStateException(name + " should have been dropped");
        }
    }

    private void row(String name, int column, IntConsumer operation) {
        cell(name, column, median(RUNS, operation));
    }

    private void cell(String name, int column, double micros) {
        rows.computeIfAbsent(name, key -> new double[SIZES.length])[column] = micros;
    }

    private static double median(int runs, IntConsumer operation) {
        double[] micros = new double[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            operation.accept(i);
            micros[i] = (System.nanoTime() - start) / 1e3;
        }
        return Medians.of(micros);
    }

    private static long cpuOfRefresher() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals("agent-secrets-refresher"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    /** Answers at once: with a failure, with a value that expires, or with another value each time. */
    private static final class Values implements SecretBackend {

        private int generation;

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            generation++;
            Map<Handle, FetchResult> results = new HashMap<>(handles.size() * 2);
            for (Handle handle : handles) {
                results.put(handle, result(handle.name()));
            }
            return results;
        }

        private FetchResult result(String name) {
            if (name.startsWith("fail_")) {
                return new FetchResult.Failed(FailureKind.BACKEND_ERROR, "no access to " + name);
            }
            String value = "a value of " + name + ", generation " + generation;
            return name.startsWith("ttl")
                    ? new FetchResult.Found(SecretValue.of(value), Duration.ofHours(1))
                    : FetchResult.found(value);
        }
    }
}
