package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The answers for handles that were asked for. Immutable.
 *
 * @param byHandle the answer for each handle
 * @param changed the handles that have another value than before
 */
record Answers(Map<Handle, Answer> byHandle, Set<Handle> changed) {

    static final Answers NOTHING = new Answers(Map.of(), Set.of());

    /** Returns the same answer for all handles of some requests. */
    static Answers all(List<SharedCalls.Request> requests, Answer answer) {
        Map<Handle, Answer> answers = new HashMap<>();
        requests.forEach(request -> request.handles().forEach(handle -> answers.put(handle, answer)));
        return new Answers(answers, Set.of());
    }

    /** Returns these answers and later ones. Where both have an answer, the later one counts. */
    Answers and(Answers later) {
        if (later.byHandle.isEmpty() || byHandle.isEmpty()) {
            return later.byHandle.isEmpty() ? this : later;
        }
        Map<Handle, Answer> both = new HashMap<>(byHandle);
        both.putAll(later.byHandle);
        Set<Handle> allChanged = new HashSet<>(changed);
        allChanged.addAll(later.changed);
        return new Answers(both, allChanged);
    }

    /** Returns the answers to some requests. */
    Answers only(List<SharedCalls.Request> requests) {
        Map<Handle, Answer> some = new HashMap<>();
        Set<Handle> someChanged = new HashSet<>();
        for (SharedCalls.Request request : requests) {
            for (Handle handle : request.handles()) {
                Answer answer = byHandle.get(handle);
                if (answer != null) {
                    some.put(handle, answer);
                }
                if (changed.contains(handle)) {
                    someChanged.add(handle);
                }
            }
        }
        return new Answers(some, someChanged);
    }
}
