package io.agentsecrets.examples.benchmarks;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.resolver.SecretResolver;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * What a refresh of 10,000 sources with 20,000 handles costs beyond the call, when every value changes and a listener hears of
 * it; the memory that a handle takes; and whether a cached resolve is slower while the backend is being asked.
 */
final class RefreshAtScale {

    private static final int SOURCES = 10_000;
    private static final int REFRESHES = 40;
    private static final int RESOLVES = 100_000;

    private final AnsweringBackend backend = new AnsweringBackend();
    private final SecretResolver resolver = SecretResolver.builder(backend).build();
    private int heard;

    private RefreshAtScale() {}

    /** Prints medians. */
    public static void main(String[] arguments) throws InterruptedException {
        RefreshAtScale scale = new RefreshAtScale();
        scale.measureMemory();
        scale.measureRefreshes();
        scale.measureCachedResolves();
    }

    /** Answers at once, unless it is held. */
    private static final class AnsweringBackend implements SecretBackend {

        private int generation;
        private long ended;
        private volatile CountDownLatch held = new CountDownLatch(0);

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            generation++;
            Map<Handle, FetchResult> results = new HashMap<>(handles.size() * 2);
            for (Handle handle : handles) {
                results.put(handle, FetchResult.found("value of 16 chrs" + generation));
            }
            ended = System.nanoTime();
            return results;
        }
    }

    private void measureMemory() throws InterruptedException {
        Map<String, Object> trees = new LinkedHashMap<>();
        for (int i = 0; i < SOURCES; i++) {
            trees.put("s" + i, tree(i));
        }
        long before = usedMemory();
        resolver.resolveAll(trees);
        long after = usedMemory();
        System.out.printf("memory of a handle, its value and its origin: %d bytes%n", (after - before) / (2 * SOURCES));
    }

    private static Object tree(int number) {
        return Map.of("user", "ENC[user_" + number + "]", "password", "ENC[password_" + number + "]");
    }

    private static long usedMemory() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void measureRefreshes() {
        resolver.addListener(change -> heard++);
        double[] millis = new double[REFRESHES];
        double first = 0;
        for (int i = -REFRESHES; i < REFRESHES; i++) {
            resolver.refresh();
            double beyondTheCall = (System.nanoTime() - backend.ended) / 1e6;
            first = i == -REFRESHES ? beyondTheCall : first;
            if (i >= 0) {
                millis[i] = beyondTheCall;
            }
        }
        System.out.printf(
                "refresh of %d handles beyond the call: %.1f ms, the first one %.1f ms; %d changes heard%n",
                2 * SOURCES, Medians.of(millis), first, heard);
    }

    private void measureCachedResolves() throws InterruptedException {
        cachedResolve();
        double quiet = cachedResolve();
        backend.held = new CountDownLatch(1);
        Thread caller = new Thread(resolver::refresh);
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        double during = cachedResolve();
        backend.held.countDown();
        caller.join();
        System.out.printf(
                "cached resolve: %.0f ns; while the backend is asked: %.0f ns, %.2f times%n",
                quiet, during, during / quiet);
    }

    private double cachedResolve() {
        Object tree = tree(1);
        double[] nanos = new double[RESOLVES];
        for (int i = 0; i < RESOLVES; i++) {
            long start = System.nanoTime();
            resolver.resolve("s1", tree);
            nanos[i] = System.nanoTime() - start;
        }
        return Medians.of(nanos);
    }
}
