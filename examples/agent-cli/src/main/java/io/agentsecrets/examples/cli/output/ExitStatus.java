package io.agentsecrets.examples.cli.output;

/** The exit statuses of the command line. */
public final class ExitStatus {

    /** All is well. */
    public static final int OK = 0;

    /** A source was dropped, the rights check failed, the doctor found a failure, or the audit a plain secret. */
    public static final int DROPPED = 1;

    /** The command line or the main configuration cannot be used, or the audit could not read a file. */
    public static final int UNUSABLE = 2;

    private ExitStatus() {}
}
