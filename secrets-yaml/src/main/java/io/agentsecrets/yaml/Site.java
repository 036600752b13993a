package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The place of a value in the text.
 *
 * @param event the number of its event among those of the stream
 * @param span its characters
 * @param form the form of a string at this place
 * @param tag the characters of the tag that the form mentions, or null
 */
record Site(
        int event,
        Span span,
        Replacement.Form form,
        @Nullable Span tag) {

    /** The place of the scalar itself. */
    static Site of(Scalar scalar) {
        boolean blanked = scalar.tag() == Scalar.Tagging.NON_SPECIFIC;
        return new Site(scalar.event(), scalar.span(), Replacement.Form.QUOTED, blanked ? scalar.tagSpan() : null);
    }

    /**
     * The place of an alias that is written out. The tag {@code !} is left out: double quotes mean the same, and many
     * parsers misread it.
     */
    static Site ofAlias(Scalar repeated, Span span, int event) {
        boolean copied = repeated.tag() != Scalar.Tagging.NON_SPECIFIC;
        return new Site(event, span, Replacement.Form.WRITTEN_OUT, copied ? repeated.tagSpan() : null);
    }

    Replacement holding(Handle handle) {
        return new Replacement(event, handle, "", form, span, tag);
    }

    Replacement holding(String text, Replacement.Form newForm) {
        return new Replacement(event, null, text, newForm, span, tag);
    }

    /** Tells whether only the characters of the scalar change. */
    boolean isOrdinary(Scalar scalar) {
        return form == Replacement.Form.QUOTED && tag == null && scalar.style() != Scalar.Style.BLOCK;
    }
}
