package io.agentsecrets.exec;

import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Masks secrets in the text that an executable printed in one call: those of the call, and those that the resolvers know.
 *
 * <p>There is one redactor for the call and one for each resolver. If two of them find secrets that overlap, the first one
 * would leave a part of the second secret; then nothing of the text is shown. Used by one thread.
 */
final class TextMask {

    private final Reply ofThisCall;
    private final KnownRedactors ofResolvers;
    private @Nullable List<Redactor> redactors;

    TextMask(Reply ofThisCall, KnownRedactors ofResolvers) {
        this.ofThisCall = ofThisCall;
        this.ofResolvers = ofResolvers;
    }

    /** Masks a text. */
    String redact(String text) {
        return ofThisCall.repetitions().maskIn(masked(text, Redactor::redact));
    }

    /** Masks the beginning of a text, also a secret that was cut in two by its end. */
    String redactTruncated(String beginning) {
        return ofThisCall.repetitions().maskIn(masked(beginning, Redactor::redactTruncated));
    }

    private String masked(String text, BiFunction<Redactor, String, String> redact) {
        List<Redactor> inOrder = new ArrayList<>(redactors());
        String masked = maskedByEach(inOrder, text, redact);
        if (inOrder.size() == 1 || masked.equals(text)) {
            return masked;
        }
        Collections.reverse(inOrder);
        return masked.equals(maskedByEach(inOrder, text, redact)) ? masked : SecretValue.MASK;
    }

    private static String maskedByEach(
            List<Redactor> redactors, String text, BiFunction<Redactor, String, String> redact) {
        String masked = text;
        for (Redactor redactor : redactors) {
            masked = redact.apply(redactor, masked);
        }
        return masked;
    }

    /** Returns the redactors. They are created on demand, as there is rarely something to mask. */
    private List<Redactor> redactors() {
        List<Redactor> all = redactors;
        if (all == null) {
            all = new ArrayList<>(ofResolvers.all());
            all.add(Redactor.of(ofThisCall.secrets()));
            redactors = all;
        }
        return all;
    }
}
