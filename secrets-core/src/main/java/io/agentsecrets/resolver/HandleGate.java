package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a handle must be to be sent to a backend at all: it has a name, its source may use it, and it can be written down.
 *
 * @param syntax how handles are written, for errors
 * @param rule which source may use which handles, or null if there is none
 */
record HandleGate(HandleSyntax syntax, @Nullable HandleRule rule) {

    boolean mayBeAskedFor(String source, Handle handle) {
        return refusal(source, handle) == null;
    }

    /** Returns those of the handles that may be asked for, in their order; the same set if all may. */
    Set<Handle> askable(String source, Set<Handle> handles) {
        for (Handle handle : handles) {
            if (!mayBeAskedFor(source, handle)) {
                Set<Handle> askable = new LinkedHashSet<>(handles);
                askable.removeIf(refused -> !mayBeAskedFor(source, refused));
                return askable;
            }
        }
        return handles;
    }

    /** Returns why the handle fails without being asked for, or null. */
    FetchResult.@Nullable Failed refusal(String source, Handle handle) {
        if (handle.isEmpty()) {
            return new FetchResult.Failed(
                    FailureKind.EMPTY_HANDLE, "the handle has no name; write " + syntax.format(new Handle("handle")));
        }
        if (rule != null) {
            String refusal = refusalBy(rule, source, handle);
            if (refusal != null) {
                return new FetchResult.Failed(FailureKind.DENIED, refusal);
            }
        }
        return handle.isWellFormed()
                ? null
                : new FetchResult.Failed(FailureKind.INVALID, "the handle holds half a surrogate pair");
    }

    private static @Nullable String refusalBy(HandleRule rule, String source, Handle handle) {
        try {
            return rule.mayUse(source, handle) ? null : "this source may not use this handle";
        } catch (RuntimeException e) {
            // in doubt it may not, and other sources are not harmed; the message may hold anything
            return "the rule for this source failed with " + e.getClass().getName();
        }
    }
}
