package io.agentsecrets.resolver;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One random run: a store, a resolver with random settings, and an agent that does at random what agents do. One thread;
 * everything in it comes from a seed.
 *
 * <p>In most runs a source named {@code keeper} holds all handles from the first call on, so that none is ever asked for the
 * first time later: then no two generations may ever meet.
 */
final class RandomRun {

    private static final String KEEPER = "keeper";

    private final SplittableRandom random;
    private final RotatingStore store;
    private final boolean kept;
    private final ToldValues told;
    private final WatchedAgent agent;
    private boolean atRest = true;
    private long now;

    RandomRun(long seed) {
        random = new SplittableRandom(seed);
        store = new RotatingStore(random);
        kept = random.nextInt(3) > 0;
        boolean staleLimit = random.nextInt(3) == 0;
        told = new ToldValues(staleLimit);
        agent = new WatchedAgent(resolver(staleLimit), store, told, random);
        start();
    }

    private SecretResolver resolver(boolean staleLimit) {
        SecretResolver.Builder builder = SecretResolver.builder(this::fetch).ticker(() -> now);
        if (staleLimit) {
            builder.staleLimit(Duration.ofSeconds(random.nextInt(60)));
        }
        if (random.nextInt(3) == 0) {
            builder.timeToLive(Duration.ofSeconds(random.nextInt(1, 60)));
        }
        if (random.nextBoolean()) {
            builder.maximumSize(random.nextInt(store.handles().size()));
        }
        return builder.build();
    }

    private void start() {
        if (kept) {
            agent.resolve(Map.of(KEEPER, store.handles()));
        }
        unsettle();
        for (int source = random.nextInt(1, 5); source > 0; source--) {
            agent.resolve(Map.of("s" + source, store.someHandles(random)));
        }
    }

    private void unsettle() {
        atRest = false;
        store.unsettle();
    }

    /** Lets all come to rest and looks whether everything is as it must be then. */
    void comeToRest() {
        atRest = true;
        agent.comeToRest();
    }

    /** Returns what was wrong so far, or null. */
    @Nullable
    String problem() {
        return agent.problem();
    }

    /** Does one thing. */
    void step() {
        agent.beginStep();
        int choice = random.nextInt(100);
        if (choice < 30) {
            resolveAgain(anySource());
        } else if (choice < 50) {
            agent.refresh();
        } else if (choice < 60) {
            now += Duration.ofSeconds(random.nextInt(60)).toNanos();
        } else {
            stepMoreRarely(choice);
        }
        agent.readLive();
    }

    private void stepMoreRarely(int choice) {
        if (choice < 70) {
            resolveSeveral();
        } else if (choice < 77) {
            agent.resolve(Map.of(anyButTheKeeper(), store.someHandles(random)));
        } else if (choice < 82) {
            agent.forget(anyButTheKeeper());
        } else if (choice < 88) {
            store.changeWeather();
        } else if (choice < 92) {
            Thread.currentThread().interrupt();
            resolveAgain(anySource());
        } else if (choice < 97) {
            agent.doWhatIsToDo();
        } else {
            comeToRest();
            unsettle();
        }
    }

    private void resolveAgain(String source) {
        if (told.knows(source)) {
            agent.resolveAgain(source);
        } else {
            agent.resolve(Map.of(source, store.someHandles(random)));
        }
    }

    private void resolveSeveral() {
        Map<String, List<String>> sources = new LinkedHashMap<>();
        for (String source : told.sources()) {
            if (random.nextInt(3) > 0) {
                boolean same = source.equals(KEEPER) || random.nextInt(5) > 0;
                sources.put(source, same ? List.copyOf(told.handlesOf(source)) : store.someHandles(random));
            }
        }
        agent.resolve(sources);
    }

    private String anySource() {
        List<String> sources = told.sources();
        return sources.isEmpty() ? "s1" : sources.get(random.nextInt(sources.size()));
    }

    private String anyButTheKeeper() {
        return "s" + random.nextInt(1, 5);
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
        String source = anyButTheKeeper();
        if (random.nextInt(30) == 0 && agent.mayForget(source)) {
            agent.forget(source);
        }
    }

    /** Only where all is known from the start: nobody can say from outside what of a split call was noted. */
    private void interruptACall() {
        if (kept && random.nextInt(30) == 0) {
            Thread.currentThread().interrupt();
            throw new BackendException(FailureKind.INTERRUPTED, "interrupted");
        }
    }
}
