package io.agentsecrets.resolver;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.UnresolvedHandlesException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * An agent that does at random what agents do with a resolver, and looks at every source it reads and at every event it
 * hears. One thread; everything in it comes from a seed.
 *
 * <p>In most runs a source named {@code keeper} holds all handles from the first call on, so that none is ever asked for the
 * first time later: then no two generations may ever meet.
 */
final class RandomAgent {

    private static final String KEEPER = "keeper";
    private static final int ENDLESS = 1000;

    /** After so many reactions in a step this agent only takes note: a store that rotates all the time gives no rest. */
    private static final int REACTIONS = 8;

    private final SplittableRandom random;
    private final RotatingStore store;
    private final boolean kept;
    private final ToldValues told;
    private final SecretResolver resolver;
    private final int eagerness;
    private long now;

    /** What each source runs with: its values by handle; none if it was dropped. */
    private final Map<String, Map<String, String>> running = new HashMap<>();

    private final SourceReads reads;
    private final Set<String> toDo = new LinkedHashSet<>();
    private final Set<String> inFlight = new HashSet<>();
    private boolean atRest = true;
    private int insideListeners;
    private int reactions;
    private int events;
    private @Nullable String problem;

    RandomAgent(long seed) {
        random = new SplittableRandom(seed);
        store = new RotatingStore(random);
        kept = random.nextInt(3) > 0;
        eagerness = random.nextInt(101);
        SecretResolver.Builder builder = SecretResolver.builder(this::fetch).ticker(() -> now);
        boolean staleLimit = random.nextInt(3) == 0;
        if (staleLimit) {
            builder.staleLimit(Duration.ofSeconds(random.nextInt(60)));
        }
        if (random.nextInt(3) == 0) {
            builder.timeToLive(Duration.ofSeconds(random.nextInt(1, 60)));
        }
        if (random.nextBoolean()) {
            builder.maximumSize(random.nextInt(store.handles().size()));
        }
        told = new ToldValues(staleLimit);
        reads = new SourceReads(told);
        resolver = builder.build();
        resolver.addListener(this::hear);
        start();
    }

    private void start() {
        if (kept) {
            resolve(KEEPER, store.handles());
        }
        unsettle();
        for (int source = random.nextInt(1, 5); source > 0; source--) {
            resolve("s" + source, someHandles());
        }
    }

    /** Does one thing. Returns what was wrong, or null. */
    @Nullable
    String step() {
        reads.beginStep();
        reactions = 0;
        int choice = random.nextInt(100);
        if (choice < 30) {
            resolveAgain(anySource());
        } else if (choice < 50) {
            resolver.refresh();
        } else {
            stepMoreRarely(choice);
        }
        Thread.interrupted(); // the store may have interrupted a refresh
        return problem;
    }

    private void stepMoreRarely(int choice) {
        if (choice < 60) {
            now += Duration.ofSeconds(random.nextInt(60)).toNanos();
        } else if (choice < 70) {
            resolveSeveral();
        } else if (choice < 77) {
            resolve(anyButTheKeeper(), someHandles());
        } else if (choice < 82) {
            forget(anyButTheKeeper());
        } else if (choice < 88) {
            store.changeWeather();
        } else if (choice < 92) {
            resolveInterrupted(anySource());
        } else if (choice < 97) {
            List.copyOf(toDo).forEach(this::resolveAgain);
        } else {
            comeToRest();
            unsettle();
        }
    }

    private void unsettle() {
        atRest = false;
        store.unsettle();
    }

    private String anySource() {
        List<String> sources = told.sources();
        return sources.isEmpty() ? "s1" : sources.get(random.nextInt(sources.size()));
    }

    private String anyButTheKeeper() {
        return "s" + random.nextInt(1, 5);
    }

    private List<String> someHandles() {
        List<String> handles = new ArrayList<>(store.handles());
        int size = random.nextInt(1, handles.size() + 1);
        while (handles.size() > size) {
            handles.remove(random.nextInt(handles.size()));
        }
        return handles;
    }

    private Map<Handle, FetchResult> fetch(Set<Handle> asked) {
        if (!atRest) {
            forgetDuringACall();
            interruptACall();
        }
        now += random.nextInt(1000);
        try {
            Map<Handle, FetchResult> answer = store.fetch(asked);
            told.answered(asked, answer);
            return answer;
        } catch (RuntimeException | Error e) {
            told.failed(asked);
            throw e;
        }
    }

    private void forgetDuringACall() {
        String source = random.nextInt(30) == 0 ? anyButTheKeeper() : KEEPER;
        if (insideListeners == 0 && !source.equals(KEEPER) && !inFlight.contains(source)) {
            forget(source);
        }
    }

    /** Only where all is known from the start: nobody can say from outside what of a split call was noted. */
    private void interruptACall() {
        if (kept && random.nextInt(100) == 0) {
            Thread.currentThread().interrupt();
            throw new BackendException(FailureKind.INTERRUPTED, "interrupted");
        }
    }

    private void forget(String source) {
        told.forget(source);
        running.remove(source);
        reads.forget(source);
        toDo.remove(source);
        resolver.forget(source);
    }

    private void resolveAgain(String source) {
        resolve(source, told.knows(source) ? told.handlesOf(source) : someHandles());
    }

    private void resolveInterrupted(String source) {
        Thread.currentThread().interrupt();
        resolveAgain(source);
    }

    private void resolve(String source, Collection<String> handles) {
        resolveTogether(Map.of(source, List.copyOf(handles)));
    }

    private void resolveSeveral() {
        Map<String, List<String>> sources = new LinkedHashMap<>();
        for (String source : told.sources()) {
            if (random.nextInt(3) > 0) {
                boolean same = source.equals(KEEPER) || random.nextInt(5) > 0;
                sources.put(source, same ? List.copyOf(told.handlesOf(source)) : someHandles());
            }
        }
        resolveTogether(sources);
    }

    private void resolveTogether(Map<String, List<String>> sources) {
        Set<String> due = new HashSet<>(sources.keySet());
        due.removeIf(source -> !toDo.remove(source) && !hasOtherHandles(source, sources.get(source)));
        told.register(sources);
        inFlight.addAll(sources.keySet());
        int before = told.answers();
        Map<String, Object> trees = new LinkedHashMap<>();
        sources.forEach((source, handles) -> trees.put(source, tree(handles)));
        resolver.resolveAll(trees).forEach((source, resolution) -> take(source, resolution, before, due));
        inFlight.removeAll(sources.keySet());
        Thread.interrupted();
    }

    private boolean hasOtherHandles(String source, Collection<String> handles) {
        return told.knows(source) && !told.handlesOf(source).equals(new HashSet<>(handles));
    }

    private static Map<String, String> tree(Collection<String> handles) {
        Map<String, String> tree = new LinkedHashMap<>();
        handles.forEach(handle -> tree.put(handle, "ENC[" + handle + "]"));
        return tree;
    }

    private void take(String source, Resolution<?> resolution, int before, Set<String> due) {
        if (resolution instanceof Resolution.Resolved<?> resolved) {
            Map<String, String> values = new LinkedHashMap<>();
            ((Map<?, ?>) resolved.result()).forEach((handle, value) -> values.put((String) handle, (String) value));
            note(told.mixIn(values), source);
            running.put(source, values);
            reads.read(source, values, before);
            return;
        }
        reads.dropped(source);
        if (!isInterrupted(resolution)) {
            running.put(source, Map.of());
        } else if (due.contains(source)) {
            toDo.add(source); // this agent knows that it was interrupted and tries again
        }
    }

    private static boolean isInterrupted(Resolution<?> resolution) {
        return resolution instanceof Resolution.Dropped<?> dropped
                && dropped.reason() instanceof UnresolvedHandlesException unresolved
                && unresolved.failures().stream().anyMatch(failure -> failure.kind() == FailureKind.INTERRUPTED);
    }

    private void note(@Nullable String found, String source) {
        problem = problem == null && found != null ? source + ": " + found : problem;
    }

    private void hear(SourceChange change) {
        String source = change.source();
        events++;
        if (!told.knows(source)) {
            note("told of a change though it was forgotten", source);
        } else if (!inFlight.contains(source) && !reads.hasNews(source)) {
            note("told without reason of " + change.handles().keySet(), source);
        } else {
            react(source);
        }
    }

    private void react(String source) {
        insideListeners++;
        toDo.add(source);
        if (++reactions <= REACTIONS && !inFlight.contains(source) && random.nextInt(100) < eagerness) {
            resolveAgain(source);
            if (random.nextInt(20) == 0) {
                resolver.refresh();
            }
        }
        insideListeners--;
    }

    /** Lets the store rest, refreshes once, does what is to do: then everything that runs must run with what there is. */
    void comeToRest() {
        atRest = true;
        store.calm();
        int failures = resolver.refresh().failures().size();
        note(failures == 0 ? null : failures + " failures in the refresh of a sound store", "all");
        for (int i = 0; !toDo.isEmpty(); i++) {
            resolveAgain(toDo.iterator().next());
            note(i < ENDLESS ? null : "events without end", "all");
            if (i > ENDLESS) {
                return;
            }
        }
        running.forEach((source, values) -> note(staleness(source, values), source));
        int before = events;
        resolver.refresh();
        note(events == before ? null : "an event though nothing changed", "all");
    }

    private @Nullable String staleness(String source, Map<String, String> values) {
        Map<String, String> present = new LinkedHashMap<>();
        told.handlesOf(source).forEach(handle -> present.put(handle, store.present(handle)));
        if (values.equals(present)) {
            return null;
        }
        return values.isEmpty() ? "not told that it can be resolved again" : "a lost event: runs with " + values;
    }

    /** Returns what was wrong so far, or null. */
    @Nullable
    String problem() {
        return problem;
    }
}
