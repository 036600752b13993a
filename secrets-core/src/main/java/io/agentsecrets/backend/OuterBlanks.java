package io.agentsecrets.backend;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;

/**
 * Blanks at the ends of a handle's name. They belong to it, few stores have such a name, and in a message they are easily
 * overlooked.
 */
final class OuterBlanks {

    private OuterBlanks() {}

    /** Returns the failure of a handle, with a hint at such blanks if the backend does not know the name. */
    static FetchResult.Failed hintedAt(Handle handle, FetchResult.Failed failed) {
        boolean isByName = failed.kind() == FailureKind.MISSING || failed.kind() == FailureKind.BACKEND_ERROR;
        return isByName && areIn(handle.name())
                ? new FetchResult.Failed(
                        failed.kind(),
                        failed.reason() + " (its name begins or ends with a blank; remove it if that is not meant)")
                : failed;
    }

    private static boolean areIn(String name) {
        return !name.isEmpty() && (isBlank(name.charAt(0)) || isBlank(name.charAt(name.length() - 1)));
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
