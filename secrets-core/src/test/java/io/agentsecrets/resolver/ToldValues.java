package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a resolver was told by its backend, kept beside it by a test: who uses which handle, the last value of each handle in
 * use, and whether it is the first one. Not thread-safe.
 *
 * <p>A first value counts as having been there always, as nothing is known that speaks against it. So a handle that is asked
 * for for the first time may stand beside an older value, and nothing else may.
 */
final class ToldValues {

    private final Map<String, Set<String>> handlesBySource = new LinkedHashMap<>();
    private final Map<String, String> last = new HashMap<>();

    /** The first value of each handle since it is in use; several if it may have been let go of in between. */
    private final Map<String, Set<String>> first = new HashMap<>();

    /** Handles that may or may not have been let go of for a moment, in a step that gave them up and took them up. */
    private final Set<String> unsure = new HashSet<>();

    /** After how many answers each handle failed last, in a way that drops its sources. */
    private final Map<String, Integer> failedAt = new HashMap<>();

    private final boolean outagesDrop;
    private int answers;

    /** With a limit to what is served stale, a handle whose backend cannot be asked drops its sources too. */
    ToldValues(boolean outagesDrop) {
        this.outagesDrop = outagesDrop;
    }

    /** Notes which handles each of some sources uses from now on. */
    void register(Map<String, ? extends Collection<String>> sources) {
        Set<String> givenUp = new HashSet<>();
        Set<String> keptOrForeign = new HashSet<>();
        handlesBySource.forEach((source, before) -> {
            Set<String> kept = new HashSet<>(before);
            if (sources.containsKey(source)) {
                kept.retainAll(sources.get(source));
                givenUp.addAll(before);
            }
            keptOrForeign.addAll(kept);
        });
        sources.forEach((source, handles) -> handlesBySource.put(source, new HashSet<>(handles)));
        givenUp.removeAll(keptOrForeign);
        for (String handle : givenUp) {
            if (isUsed(handle)) {
                unsure.add(handle);
            } else {
                letGo(handle);
            }
        }
    }

    void forget(String source) {
        Set<String> handles = handlesBySource.remove(source);
        if (handles != null) {
            handles.stream().filter(handle -> !isUsed(handle)).forEach(this::letGo);
        }
    }

    private void letGo(String handle) {
        last.remove(handle);
        first.remove(handle);
        unsure.remove(handle);
    }

    private boolean isUsed(String handle) {
        return handlesBySource.values().stream().anyMatch(handles -> handles.contains(handle));
    }

    boolean knows(String source) {
        return handlesBySource.containsKey(source);
    }

    List<String> sources() {
        return List.copyOf(handlesBySource.keySet());
    }

    Set<String> handlesOf(String source) {
        return handlesBySource.getOrDefault(source, Set.of());
    }

    /** Returns how many answers there were. */
    int answers() {
        return answers;
    }

    /** Notes an answer of the backend. */
    void answered(Set<Handle> asked, Map<Handle, FetchResult> answer) {
        answers++;
        for (Handle handle : asked) {
            FetchResult result = answer.getOrDefault(handle, FetchResult.missing());
            if (result instanceof FetchResult.Found found && !found.value().isEmpty()) {
                found(handle.name(), found.value().reveal());
            } else if (outagesDrop
                    || !(result instanceof FetchResult.Failed failed
                            && failed.kind().isOutage())) {
                failedAt.put(handle.name(), answers);
            }
        }
    }

    /** Notes that a call failed as a whole. */
    void failed(Set<Handle> asked) {
        answers++;
        if (outagesDrop) {
            asked.forEach(handle -> failedAt.put(handle.name(), answers));
        }
    }

    private void found(String handle, String value) {
        if (!isUsed(handle)) {
            return;
        }
        String before = last.put(handle, value);
        if (before == null || unsure.remove(handle)) {
            first.computeIfAbsent(handle, key -> new HashSet<>()).add(value);
        }
    }

    /** Whether something about a source is other than when it was read, after so many answers. */
    boolean hasNews(Map<String, String> read, int afterAnswers) {
        return read.entrySet().stream()
                .anyMatch(value -> !value.getValue().equals(last.get(value.getKey()))
                        || failedAt.getOrDefault(value.getKey(), 0) > afterAnswers);
    }

    /** Returns what is wrong with values that one source read together, or null. */
    @Nullable
    String mixIn(Map<String, String> values) {
        for (Map.Entry<String, String> one : values.entrySet()) {
            int generation = RotatingStore.generation(one.getKey(), one.getValue());
            if (generation < 0) {
                return one + " is no value of this handle";
            }
            for (Map.Entry<String, String> other : values.entrySet()) {
                if (isOlder(other, one, generation) && !isFirst(one)) {
                    return "two generations: " + values;
                }
            }
        }
        return null;
    }

    private boolean isFirst(Map.Entry<String, String> value) {
        return first.getOrDefault(value.getKey(), Set.of()).contains(value.getValue());
    }

    private static boolean isOlder(Map.Entry<String, String> value, Map.Entry<String, String> than, int generation) {
        return RotatingStore.group(value.getKey()).equals(RotatingStore.group(than.getKey()))
                && RotatingStore.generation(value.getKey(), value.getValue()) < generation;
    }
}
