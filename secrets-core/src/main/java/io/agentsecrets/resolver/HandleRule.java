package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.util.Collection;
import java.util.Map;

/**
 * A rule that says which handles a source may use. A handle that is refused fails as {@link FailureKind#DENIED} and is
 * never sent to a backend. Called for every lookup, on the calling thread: it must be fast, thread-safe and free of side
 * effects.
 */
@FunctionalInterface
public interface HandleRule {

    /**
     * Decides about one handle of one source.
     *
     * @param source the name of the source
     * @param handle the handle it uses
     * @return true if the source may use it
     */
    boolean mayUse(String source, Handle handle);

    /**
     * Says how to let a source use a handle that this rule refuses, for the error.
     *
     * @param source the name of the source
     * @param handle the handle it may not use
     * @return what an operator can do
     */
    default String remedy(String source, Handle handle) {
        return "allow it in the rule of the agent, or take it out of the source";
    }

    /**
     * Returns a rule of patterns, in which {@code *} stands for any number of any characters, including slashes. A source
     * may use a handle if an entry whose key matches the source's name allows it. So a source that no key matches may use
     * nothing, and neither may one whose entries are empty.
     *
     * <pre>{@code
     * HandleRule.patterns(Map.of("team-a/*", List.of("team-a/*", "shared_*"), "agent.yaml", List.of("api_key")))
     * }</pre>
     *
     * @param handlesBySource patterns of handles by a pattern of the names of sources; copied
     * @return a rule that denies everything else
     */
    static HandleRule patterns(Map<String, ? extends Collection<String>> handlesBySource) {
        return new PatternRule(handlesBySource);
    }
}
