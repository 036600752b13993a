package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;

/** What the backend answered for a handle: a value, with the calls in which it was right, or why there is none. */
sealed interface Answer permits Known, Answer.Failure {

    /** The backend gave no value. */
    record Failure(FetchResult.Failed failed) implements Answer {}
}
