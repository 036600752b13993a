package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Resolution;
import io.agentsecrets.UnresolvedHandlesException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An agent whose threads share a resolver, and which notes what is wrong. A source is resolved by one thread at a time, as
 * configurations are; but some, named {@code wild}, are resolved and forgotten by anyone at any moment, and only what they
 * read is looked at.
 *
 * <p>The source named {@code keeper} holds all handles from the first call on and is never forgotten, so that no handle is
 * ever asked for the first time later: no two generations may ever meet.
 */
final class SharedAgent {

    private static final int TAME = 12;
    private static final int WILD = 3;
    private static final int ENDLESS = 10_000;

    private final SecretResolver resolver;
    private final RotatingStore store;
    private final Map<String, ReentrantLock> locks = new HashMap<>();
    private final Map<String, List<String>> handlesBySource = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> running = new ConcurrentHashMap<>();
    private final Set<String> toDo = ConcurrentHashMap.newKeySet();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicLong reads = new AtomicLong();

    SharedAgent(SecretResolver resolver, RotatingStore store) {
        this.resolver = resolver;
        this.store = store;
        locks.put("keeper", new ReentrantLock());
        for (int i = 0; i < TAME; i++) {
            locks.put("s" + i, new ReentrantLock());
        }
        resolver.addListener(change -> toDo.add(change.source()));
    }

    /** Reads all handles once, while the store is calm. */
    void start() {
        handlesBySource.put("keeper", store.handles());
        resolveAlone("keeper", store.handles());
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Returns how often a source was read whole. */
    long reads() {
        return reads.get();
    }

    /** Notes what is wrong, but not all of it if there is much. */
    void note(String problem) {
        if (problems.size() < 10) {
            problems.add(problem);
        }
    }

    void refresh() {
        resolver.refresh();
    }

    void resolveSome(SplittableRandom random) {
        int choice = random.nextInt(TAME + WILD + 2);
        if (choice < TAME) {
            String source = "s" + choice;
            boolean same = random.nextInt(10) > 0;
            withLock(source, () -> resolveAlone(source, same ? handlesOf(source, random) : store.someHandles(random)));
        } else if (choice < TAME + WILD) {
            judge("wild" + choice, resolveAll(Map.of("wild" + choice, store.someHandles(random))));
        } else {
            withLock("keeper", () -> resolveAlone("keeper", store.handles()));
        }
    }

    void forgetOne(SplittableRandom random) {
        int choice = random.nextInt(TAME + WILD);
        if (choice >= TAME) {
            resolver.forget("wild" + choice);
            return;
        }
        String source = "s" + choice;
        withLock(source, () -> {
            resolver.forget(source);
            running.remove(source);
            handlesBySource.remove(source);
        });
    }

    /** Resolves what was told of, unless somebody is at it or it was forgotten. */
    void doWhatIsToDo() {
        for (String source : List.copyOf(toDo)) {
            if (!locks.containsKey(source)) {
                toDo.remove(source);
            } else {
                withLock(source, () -> resolveTold(source));
            }
        }
    }

    private void resolveTold(String source) {
        List<String> handles = handlesBySource.get(source);
        if (toDo.remove(source) && handles != null && !resolveAlone(source, handles)) {
            toDo.add(source);
        }
    }

    private void withLock(String source, Runnable work) {
        ReentrantLock lock = locks.get(source);
        if (lock.tryLock()) {
            try {
                work.run();
            } finally {
                lock.unlock();
            }
        }
    }

    private List<String> handlesOf(String source, SplittableRandom random) {
        List<String> handles = handlesBySource.get(source);
        return handles == null ? store.someHandles(random) : handles;
    }

    /** Called with the lock of the source held. Returns false if the thread was interrupted: then all is as before. */
    private boolean resolveAlone(String source, List<String> handles) {
        boolean other = !handles.equals(handlesBySource.put(source, handles));
        Resolution<?> resolution = resolveAll(Map.of(source, handles));
        Map<String, String> values = judge(source, resolution);
        if (values == null && isInterrupted(resolution)) {
            if (other) {
                toDo.add(source);
            }
            return false;
        }
        running.put(source, values == null ? Map.of() : values);
        return true;
    }

    private Resolution<?> resolveAll(Map<String, List<String>> sources) {
        Map<String, Object> trees = new LinkedHashMap<>();
        sources.forEach((source, handles) -> {
            Map<String, String> tree = new LinkedHashMap<>();
            handles.forEach(handle -> tree.put(handle, "ENC[" + handle + "]"));
            trees.put(source, tree);
        });
        return resolver.resolveAll(trees).values().iterator().next();
    }

    /** Returns the values of a source that was not dropped, having looked at them. */
    private @Nullable Map<String, String> judge(String source, Resolution<?> resolution) {
        if (!(resolution instanceof Resolution.Resolved<?> resolved)) {
            return null;
        }
        reads.incrementAndGet();
        Map<String, String> values = new LinkedHashMap<>();
        ((Map<?, ?>) resolved.result()).forEach((handle, value) -> values.put((String) handle, (String) value));
        judge(source, values);
        return values;
    }

    /** Reads a source live, as a connection pool does beside everything else. */
    void readLive(SplittableRandom random) {
        String source = random.nextInt(3) == 0 ? "keeper" : "s" + random.nextInt(TAME);
        Map<String, String> values = new LinkedHashMap<>();
        try {
            resolver.values(source).forEach((handle, value) -> values.put(handle.name(), value.reveal()));
        } catch (IllegalStateException none) {
            return; // it is not there, or was dropped
        }
        judge(source + ", live,", values);
    }

    private void judge(String source, Map<String, String> values) {
        Map<String, Integer> generations = new HashMap<>();
        values.forEach((handle, value) -> {
            int generation = RotatingStore.generation(handle, value);
            Integer other = generations.putIfAbsent(RotatingStore.group(handle), generation);
            if (generation < 0 || (other != null && other != generation)) {
                note(source + " reads two generations: " + values);
            }
        });
    }

    private static boolean isInterrupted(Resolution<?> resolution) {
        return resolution instanceof Resolution.Dropped<?> dropped
                && dropped.reason() instanceof UnresolvedHandlesException unresolved
                && unresolved.failures().stream().anyMatch(failure -> failure.kind() == FailureKind.INTERRUPTED);
    }

    /** Lets the store rest, refreshes once, does what is to do: then everything that runs must run with what there is. */
    void comeToRest() {
        store.calm();
        resolver.refresh();
        for (int i = 0; !toDo.isEmpty() && i < ENDLESS; i++) {
            doWhatIsToDo();
        }
        if (!toDo.isEmpty()) {
            note("events without end");
        }
        running.forEach((source, values) -> {
            Map<String, String> present = new LinkedHashMap<>();
            handlesBySource.get(source).forEach(handle -> present.put(handle, store.present(handle)));
            if (!values.equals(present)) {
                note(source + " runs with " + values + " instead of " + present);
            }
        });
    }
}
