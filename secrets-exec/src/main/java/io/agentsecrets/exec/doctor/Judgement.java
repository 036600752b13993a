package io.agentsecrets.exec.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The doctor's judgement of one aspect of an executable.
 *
 * @param name the aspect: {@code rights}, {@code exit}
 * @param verdict the verdict
 * @param finding what was found; never a value
 * @param next what to do about it; null if there is nothing to do
 */
public record Judgement(
        String name,
        Verdict verdict,
        String finding,
        @Nullable String next) {

    /** The verdict on one aspect of an executable. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** The agent can live with it. */
        WARN,
        /** Configurations will be dropped. */
        FAIL,
        /** Not known, because something else failed before. */
        SKIP;

        /**
         * Returns the name that scripts see in JSON.
         *
         * @return the constant in lower case
         */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Judgement ok(String name, String finding) {
        return new Judgement(name, Verdict.OK, finding, null);
    }

    /**
     * Returns a warning: something that an agent can live with, but that the operator should fix.
     *
     * @param name the aspect
     * @param finding what was found
     * @param next what to do about it
     * @return the judgement
     */
    public static Judgement warn(String name, String finding, String next) {
        return new Judgement(name, Verdict.WARN, finding, next);
    }

    static Judgement fail(String name, String finding, String next) {
        return new Judgement(name, Verdict.FAIL, finding, next);
    }

    static Judgement skip(String name, String finding) {
        return new Judgement(name, Verdict.SKIP, finding, null);
    }
}
