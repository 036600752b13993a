package io.agentsecrets.exec.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the doctor says of one side of an executable.
 *
 * @param name the side: {@code rights}, {@code exit}
 * @param verdict how it stands
 * @param finding what was found; never a value
 * @param next what to do about it; null if there is nothing to do
 */
public record Judgement(
        String name,
        Verdict verdict,
        String finding,
        @Nullable String next) {

    /** How one side of an executable stands. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** The agent gets along with it. */
        WARN,
        /** Configurations will be dropped. */
        FAIL,
        /** Not known, as something else failed before. */
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
     * A side that an agent gets along with, and an operator should mend.
     *
     * @param name the side
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
