package io.agentsecrets.examples.tools;

/** A tool cannot do what it was told to. The message says why and what to do, and holds no secret; there is no cause. */
public class ToolException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param message why, and what to do
     */
    public ToolException(String message) {
        super(message);
    }
}
