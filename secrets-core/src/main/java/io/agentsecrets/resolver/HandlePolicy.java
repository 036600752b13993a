package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.OneLine;
import io.agentsecrets.Redactor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conditions for sending a handle to a backend: it has a name, its source may use it, and it can be written in UTF-8.
 *
 * @param syntax how handles are written, for errors
 * @param rule which source may use which handles, or null if there is none
 * @param redactor masks secrets in what the rule says
 */
record HandlePolicy(HandleSyntax syntax, @Nullable HandleRule rule, Redactor redactor) {

    /** Returns the handles that fail without being asked for, and why. The rule is called once for each handle. */
    Map<Handle, FetchResult.Failed> refusals(String source, Set<Handle> handles) {
        Map<Handle, FetchResult.Failed> refusals = Map.of();
        for (Handle handle : handles) {
            FetchResult.Failed refusal = refusal(source, handle);
            if (refusal != null) {
                refusals = refusals.isEmpty() ? new HashMap<>() : refusals;
                refusals.put(handle, refusal);
            }
        }
        return refusals;
    }

    private FetchResult.@Nullable Failed refusal(String source, Handle handle) {
        if (handle.isEmpty()) {
            return new FetchResult.Failed(FailureKind.EMPTY_HANDLE, "the handle has no name; write " + example());
        }
        String denial = rule == null ? null : denialBy(rule, source, handle);
        if (denial != null) {
            return new FetchResult.Failed(FailureKind.DENIED, denial).maskedBy(redactor);
        }
        return handle.isWellFormed()
                ? null
                : new FetchResult.Failed(
                        FailureKind.INVALID, "the handle holds half a surrogate pair; write its name again");
    }

    private String example() {
        try {
            return syntax.format(new Handle("handle"));
        } catch (Throwable e) { // of a syntax of the agent's own
            return "one";
        }
    }

    private static @Nullable String denialBy(HandleRule rule, String source, Handle handle) {
        try {
            return rule.mayUse(source, handle)
                    ? null
                    : OneLine.of("this source may not use this handle; " + rule.remedy(source, handle));
        } catch (Throwable e) { // if the rule fails, the handle is denied
            return "the rule for this source failed with " + ForeignCode.nameOf(e);
        }
    }
}
