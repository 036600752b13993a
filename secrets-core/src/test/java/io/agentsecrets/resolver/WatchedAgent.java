package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Resolution;
import io.agentsecrets.UnresolvedHandlesException;
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
 * An agent with one thread that resolves sources, follows changes, now at once and now later, and looks at everything that it
 * reads and hears. The first thing that is wrong is kept.
 */
final class WatchedAgent {

    private static final int ENDLESS = 1000;

    /** After so many reactions in a step this agent only takes note: a store that rotates all the time gives no rest. */
    private static final int REACTIONS = 8;

    private final SecretResolver resolver;
    private final RotatingStore store;
    private final ToldValues told;
    private final SourceReads reads;
    private final SplittableRandom random;

    /** How often it reacts at once, in percent. */
    private final int eagerness;

    /** What each source runs with: its values by handle; none if it was dropped. */
    private final Map<String, Map<String, String>> running = new HashMap<>();

    private final Set<String> toDo = new LinkedHashSet<>();
    private final Set<String> inFlight = new HashSet<>();
    private boolean insideListener;
    private int reactions;
    private int events;
    private @Nullable String problem;

    WatchedAgent(SecretResolver resolver, RotatingStore store, ToldValues told, SplittableRandom random) {
        this.resolver = resolver;
        this.store = store;
        this.told = told;
        this.random = random;
        reads = new SourceReads(told);
        eagerness = random.nextInt(101);
        resolver.addListener(this::hear);
    }

    void beginStep() {
        reads.beginStep();
        reactions = 0;
    }

    /** Whether the resolver may be told to forget a source during a call: nobody resolves it, and no event is on its way. */
    boolean mayForget(String source) {
        return !insideListener && !inFlight.contains(source);
    }

    /** Reads the live values of all sources. */
    void readLive() {
        for (String source : told.sources()) {
            try {
                note(told.mixIn(live(source)), source + ", live");
            } catch (IllegalStateException none) {
                // it was dropped, or its values are too old
            }
        }
    }

    void refresh() {
        resolver.refresh();
        Thread.interrupted(); // the store may have interrupted it
    }

    void doWhatIsToDo() {
        List.copyOf(toDo).forEach(this::resolveAgain);
    }

    void forget(String source) {
        told.forget(source);
        running.remove(source);
        reads.forget(source);
        toDo.remove(source);
        resolver.forget(source);
    }

    /** Resolves a source with the handles that it has. */
    void resolveAgain(String source) {
        resolve(Map.of(source, List.copyOf(told.handlesOf(source))));
    }

    void resolve(Map<String, List<String>> sources) {
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
        readLive();
        if (!told.knows(source)) {
            note("told of a change though it was forgotten", source);
        } else if (!inFlight.contains(source) && !reads.hasNews(source)) {
            note("told without reason of " + change.usages().handles(), source);
        } else {
            react(source);
        }
    }

    private void react(String source) {
        boolean nested = insideListener;
        insideListener = true;
        toDo.add(source);
        if (++reactions <= REACTIONS && !inFlight.contains(source) && random.nextInt(100) < eagerness) {
            resolveAgain(source);
            if (random.nextInt(20) == 0) {
                resolver.refresh();
            }
        }
        insideListener = nested;
    }

    /** Lets the store rest, refreshes once, does what is to do: then everything that runs must run with what there is. */
    void comeToRest() {
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
            return values.equals(live(source)) ? null : "other live values than it runs with: " + live(source);
        }
        return values.isEmpty() ? "not told that it can be resolved again" : "a lost event: runs with " + values;
    }

    private Map<String, String> live(String source) {
        Map<String, String> values = new LinkedHashMap<>();
        resolver.values(source).forEach((handle, value) -> values.put(handle.name(), value.reveal()));
        return values;
    }

    /** Returns what was wrong so far, or null. */
    @Nullable
    String problem() {
        return problem;
    }
}
