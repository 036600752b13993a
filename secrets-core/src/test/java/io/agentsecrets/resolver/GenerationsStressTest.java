package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Eight threads resolve, refresh, forget and interrupt each other, on a store that rotates and fails: no source reads two
 * generations, no event is lost, nothing hangs. {@code -Dstress.seconds=60} makes it long, {@code -Dstress.seed} another one;
 * threads make no two runs alike, so a failure may need some runs to come again.
 */
class GenerationsStressTest {

    private static final int THREADS = 8;
    private static final int OPERATIONS = 15_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong operations = new AtomicLong();

    @ParameterizedTest(name = "maximumSize {0}")
    @ValueSource(longs = {Long.MAX_VALUE, 3, 0})
    void threads_never_see_two_generations_nor_miss_a_change(long maximumSize) throws InterruptedException {
        long seed = Long.getLong("stress.seed", System.nanoTime());
        RotatingStore store = new RotatingStore(new SplittableRandom(seed));
        SecretResolver resolver = SecretResolver.builder(handles -> {
                    LockSupport.parkNanos(handles.size() * 1000L);
                    return store.fetch(handles);
                })
                .maximumSize(maximumSize)
                .ticker(now::get)
                .build();
        SharedAgent agent = new SharedAgent(resolver, store);
        agent.start();
        store.unsettle();

        List<Thread> threads = startThreads(seed, agent, store);
        awaitEnd(threads, seed);
        agent.comeToRest();

        assertThat(agent.problems()).as("seed " + seed).isEmpty();
        assertThat(agent.reads()).isGreaterThan(OPERATIONS / 10);
    }

    private List<Thread> startThreads(long seed, SharedAgent agent, RotatingStore store) {
        List<Thread> threads = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("stress.seconds", 0)) / 3;
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(seed + i + 1);
            Thread thread = new Thread(
                    () -> {
                        while (operations.getAndIncrement() < OPERATIONS || System.nanoTime() - end < 0) {
                            operate(random, agent, store, threads);
                        }
                    },
                    "stress-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        return threads;
    }

    private void operate(SplittableRandom random, SharedAgent agent, RotatingStore store, List<Thread> threads) {
        int choice = random.nextInt(100);
        try {
            if (choice < 50) {
                agent.resolveSome(random);
            } else if (choice < 60) {
                agent.readLive(random);
            } else if (choice < 70) {
                agent.refresh();
            } else if (choice < 90) {
                agent.doWhatIsToDo();
            } else if (choice < 95) {
                agent.forgetOne(random);
            } else if (choice < 97) {
                threads.get(random.nextInt(THREADS)).interrupt();
            } else if (choice < 98) {
                store.changeWeather();
            } else {
                now.addAndGet(Duration.ofSeconds(random.nextInt(20)).toNanos());
            }
        } catch (RuntimeException | Error e) {
            agent.note("a thread was thrown " + e);
        }
        Thread.interrupted();
    }

    private static void awaitEnd(List<Thread> threads, long seed) throws InterruptedException {
        long patience = PATIENCE.plusSeconds(Long.getLong("stress.seconds", 0)).toNanos();
        long end = System.nanoTime() + patience;
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            assertThat(thread.isAlive())
                    .as(() -> "seed " + seed + ", threads hang:\n" + dump(threads))
                    .isFalse();
        }
    }

    private static String dump(List<Thread> threads) {
        StringBuilder dump = new StringBuilder();
        for (Thread thread : threads) {
            dump.append(thread.getName()).append(' ').append(thread.getState()).append('\n');
            for (StackTraceElement frame : thread.getStackTrace()) {
                dump.append("    ").append(frame).append('\n');
            }
        }
        return dump.toString();
    }
}
