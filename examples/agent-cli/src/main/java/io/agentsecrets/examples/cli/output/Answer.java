package io.agentsecrets.examples.cli.output;

import io.agentsecrets.SecretException;

/**
 * The output of a command and its exit status, from this process or from a running agent.
 *
 * @param status the exit status
 * @param out for standard output
 * @param err for standard error
 */
public record Answer(int status, String out, String err) {

    /**
     * Returns an answer that is only an error.
     *
     * @param status the exit status
     * @param message what is wrong
     * @return the answer
     */
    public static Answer error(int status, String message) {
        return new Answer(status, "", new Page().error(message).toString());
    }

    /**
     * Returns an answer that only says why something failed.
     *
     * @param status the exit status
     * @param reason an exception of the library, whose message holds no secret
     * @return the answer
     */
    public static Answer error(int status, SecretException reason) {
        return error(status, String.valueOf(reason.getMessage()));
    }

    /** Omits the texts, which may hold secrets if the user asked for them. */
    @Override
    public String toString() {
        return "Answer(" + status + ")";
    }
}
