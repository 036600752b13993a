package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;

/** The answer for a handle: its value, with the calls in which it was right, or why there is none. */
sealed interface Answer permits KnownValue, Answer.Failure {

    /** There is no value. */
    record Failure(FetchResult.Failed failed) implements Answer {}
}
