package io.agentsecrets.examples.cli.output;

import io.agentsecrets.SecretException;

/**
 * What a command prints, and its exit status; of this agent or of one that is running.
 *
 * @param status the exit status
 * @param out for standard output
 * @param err for standard error
 */
public record Answer(int status, String out, String err) {

    /**
     * Prints nothing but an error.
     *
     * @param status the exit status
     * @param message what is wrong
     * @return the answer
     */
    public static Answer error(int status, String message) {
        return new Answer(status, "", new Page().error(message).toString());
    }

    /**
     * Prints nothing but why something failed.
     *
     * @param status the exit status
     * @param reason an exception of the library, whose message holds no secret
     * @return the answer
     */
    public static Answer error(int status, SecretException reason) {
        return error(status, String.valueOf(reason.getMessage()));
    }

    /** Without the texts, which may show secrets to the one that asked for them. */
    @Override
    public String toString() {
        return "Answer(" + status + ")";
    }
}
