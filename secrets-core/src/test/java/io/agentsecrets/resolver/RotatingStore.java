package io.agentsecrets.resolver;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A store in which groups of handles rotate together, between calls and during them, and which fails in every way that a
 * backend can fail. A value names its handle and its generation: {@code g3h1@17} is the value of {@code g3h1} in generation
 * 17 of group {@code g3}. Everything in it comes from a seed. Each answer is a snapshot of one moment inside the call.
 * Thread-safe.
 */
final class RotatingStore implements SecretBackend {

    private static final FailureKind[] WHOLE = {
        FailureKind.TIMEOUT, FailureKind.EXIT, FailureKind.OUTPUT, FailureKind.START, FailureKind.PERMISSIONS
    };

    private final SplittableRandom random;
    private final List<String> handles = new ArrayList<>();
    private final List<Integer> generations = new ArrayList<>();
    private boolean restless;
    private int limit = Integer.MAX_VALUE;
    private FailureKind kindOfLimit = FailureKind.EXIT;
    private boolean outage;
    private boolean shortLived;

    /** Creates one to three groups of two to four handles; it is calm at first. */
    RotatingStore(SplittableRandom random) {
        this.random = random;
        int groups = random.nextInt(1, 4);
        for (int group = 0; group < groups; group++) {
            generations.add(1);
            int size = random.nextInt(2, 5);
            for (int i = 0; i < size; i++) {
                handles.add("g" + group + "h" + i);
            }
        }
    }

    List<String> handles() {
        return handles;
    }

    /** Returns some of the handles, one at least. */
    List<String> someHandles(SplittableRandom choice) {
        List<String> some = new ArrayList<>(handles);
        int size = choice.nextInt(1, some.size() + 1);
        while (some.size() > size) {
            some.remove(choice.nextInt(some.size()));
        }
        return some;
    }

    /** Returns the name of the group in which a handle rotates. */
    static String group(String handle) {
        return handle.substring(0, handle.indexOf('h'));
    }

    /** Returns the generation that a value names; -1 if it is no value of this handle. */
    static int generation(String handle, String value) {
        return value.startsWith(handle + "@") ? Integer.parseInt(value.substring(handle.length() + 1)) : -1;
    }

    /** Returns the value that the store has for a handle now. */
    synchronized String present(String handle) {
        return handle + "@" + generations.get(Integer.parseInt(group(handle).substring(1)));
    }

    /** Ends all rotation and all failures. */
    synchronized void calm() {
        restless = false;
    }

    synchronized void unsettle() {
        restless = true;
    }

    /** Begins or ends what lasts for more than one call: an outage, a limit of handles a call, values with an end. */
    synchronized void changeWeather() {
        limit = random.nextInt(3) == 0 ? random.nextInt(1, handles.size() + 1) : Integer.MAX_VALUE;
        kindOfLimit = random.nextBoolean() ? FailureKind.EXIT : FailureKind.OUTPUT;
        outage = random.nextInt(6) == 0;
        shortLived = random.nextInt(3) == 0;
    }

    synchronized void rotate() {
        int group = random.nextInt(generations.size());
        generations.set(group, generations.get(group) + 1);
    }

    @Override
    public synchronized Map<Handle, FetchResult> fetch(Set<Handle> asked) {
        rotateNowAndThen();
        Map<Handle, FetchResult> answer = answer(asked);
        rotateNowAndThen();
        return answer;
    }

    private void rotateNowAndThen() {
        if (restless && random.nextInt(10) < 3) {
            rotate();
        }
    }

    private Map<Handle, FetchResult> answer(Set<Handle> asked) {
        int mood = restless ? random.nextInt(100) : 100;
        if (restless && asked.size() > limit) {
            throw new BackendException(kindOfLimit, "more than " + limit + " handles");
        }
        if (mood < 10 || (restless && outage)) {
            failWhole();
        }
        Map<Handle, FetchResult> answer = new HashMap<>();
        for (Handle handle : asked) {
            if (mood < 30 && random.nextInt(10) < 4) {
                failPart(handle, answer);
            } else {
                answer.put(handle, new FetchResult.Found(SecretValue.of(present(handle.name())), timeToLive()));
            }
        }
        answer.put(new Handle("nobody asked for this"), FetchResult.found("unwanted"));
        return answer;
    }

    private Duration timeToLive() {
        return restless && shortLived && random.nextBoolean() ? Duration.ofSeconds(random.nextInt(30)) : null;
    }

    private void failWhole() {
        int how = random.nextInt(WHOLE.length + 2);
        if (how == WHOLE.length) {
            throw new IllegalStateException("of the store's own code");
        }
        if (how > WHOLE.length) {
            throw new AssertionError("of the store's own code");
        }
        throw new BackendException(WHOLE[how], "the store failed");
    }

    private void failPart(Handle handle, Map<Handle, FetchResult> answer) {
        switch (random.nextInt(5)) {
            case 0 -> answer.put(handle, FetchResult.missing());
            case 1 -> answer.put(handle, FetchResult.found(""));
            case 2 -> answer.put(handle, new FetchResult.Failed(FailureKind.INVALID, "of the wrong shape"));
            case 3 -> answer.put(handle, FetchResult.failed("rate limited"));
            default -> answer.remove(handle);
        }
    }
}
