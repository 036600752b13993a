package io.agentsecrets.exec.doctor;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.Probe;
import org.jspecify.annotations.Nullable;

/**
 * Judges the reply for an unknown handle. It must fail alone: a typing error in one configuration must not affect others.
 *
 * @param examination the calls that were made
 */
record UnknownHandleCheck(Examination examination) {

    private static final String NAME = "unknown_handle";
    private static final String NEXT =
            "leave a handle that does not exist out of the reply, and end with exit status 0";

    Judgement judgement() {
        Probe probe = examination.probes().get(Call.UNKNOWN);
        if (probe == null || examination.failsAnyway()) {
            return Judgement.skip(NAME, "a request for a handle fails already");
        }
        String harm = harm(probe);
        return harm != null
                ? Judgement.fail(NAME, harm, NEXT)
                : judged(examination.result(Call.UNKNOWN, Examination.UNKNOWN_HANDLE, examination.redactor()));
    }

    private @Nullable String harm(Probe probe) {
        if (probe.failure() != null) {
            return "it spoils the whole call: " + probe.failure().getMessage();
        }
        return spoilsAnother(probe) ? "beside it, " + examination.handles().first() + " has no value any more" : null;
    }

    private boolean spoilsAnother(Probe probe) {
        if (!examination.probes().containsKey(Call.ONE)) {
            return false;
        }
        Handle first = examination.handles().first();
        return examination.probe(Call.ONE).results().get(first) instanceof FetchResult.Found
                && !(probe.results().get(first) instanceof FetchResult.Found);
    }

    private static Judgement judged(FetchResult result) {
        if (!(result instanceof FetchResult.Failed failed)) {
            return Judgement.warn(NAME, "it has a value, so that typing errors go unnoticed", NEXT);
        }
        return switch (failed.kind()) {
            case MISSING -> Judgement.ok(NAME, "left out of the reply");
            case BACKEND_ERROR ->
                Judgement.warn(
                        NAME,
                        "it gets an error text, " + failed.reason()
                                + ", which counts as an outage: when a secret is deleted, agents go on with its last"
                                + " value",
                        NEXT);
            default -> Judgement.warn(NAME, failed.reason(), NEXT);
        };
    }
}
