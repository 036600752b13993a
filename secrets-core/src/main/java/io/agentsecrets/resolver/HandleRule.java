package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.util.Collection;
import java.util.Map;

/**
 * Says which handles a source may use. A handle that is refused fails as {@link FailureKind#DENIED} and is never sent to
 * a backend. Called for every lookup, on the calling thread: it must be fast, thread-safe and free of side effects.
 */
@FunctionalInterface
public interface HandleRule {

    /**
     * Decides about one handle of one source.
     *
     * @param source the name of the source
     * @param handle the handle it uses
     * @return true if it may
     */
    boolean mayUse(String source, Handle handle);

    /**
     * Returns a rule of patterns, in which {@code *} stands for any number of any characters, slashes too. A source may use
     * what any entry whose key matches its name allows; one that no key matches may use nothing, and neither may one whose
     * entries are empty.
     *
     * <pre>{@code
     * HandleRule.patterns(Map.of("team-a/*", List.of("team-a/*", "shared_*"), "agent.yaml", List.of("api_key")))
     * }</pre>
     *
     * @param handlesBySource patterns of handles by a pattern of the names of sources; copied
     * @return a rule that denies all else
     */
    static HandleRule patterns(Map<String, ? extends Collection<String>> handlesBySource) {
        return new PatternRule(handlesBySource);
    }
}
