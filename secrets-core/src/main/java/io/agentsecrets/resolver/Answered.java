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
 * @param answers the answer for each handle
 * @param changed the handles that have another value than before
 */
record Answered(Map<Handle, Answer> answers, Set<Handle> changed) {

    static final Answered NOTHING = new Answered(Map.of(), Set.of());

    /** Returns the same answer for all handles of some requests. */
    static Answered all(List<SharedCalls.Request> requests, Answer answer) {
        Map<Handle, Answer> answers = new HashMap<>();
        requests.forEach(request -> request.handles().forEach(handle -> answers.put(handle, answer)));
        return new Answered(answers, Set.of());
    }

    /** Returns these answers and later ones. Where both have an answer, the later one counts. */
    Answered and(Answered later) {
        if (later.answers.isEmpty() || answers.isEmpty()) {
            return later.answers.isEmpty() ? this : later;
        }
        Map<Handle, Answer> both = new HashMap<>(answers);
        both.putAll(later.answers);
        Set<Handle> allChanged = new HashSet<>(changed);
        allChanged.addAll(later.changed);
        return new Answered(both, allChanged);
    }

    /** Returns the answers to some requests. */
    Answered only(List<SharedCalls.Request> requests) {
        Map<Handle, Answer> some = new HashMap<>();
        Set<Handle> someChanged = new HashSet<>();
        for (SharedCalls.Request request : requests) {
            for (Handle handle : request.handles()) {
                Answer answer = answers.get(handle);
                if (answer != null) {
                    some.put(handle, answer);
                }
                if (changed.contains(handle)) {
                    someChanged.add(handle);
                }
            }
        }
        return new Answered(some, someChanged);
    }
}
