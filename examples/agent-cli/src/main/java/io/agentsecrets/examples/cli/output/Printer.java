package io.agentsecrets.examples.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The only place that writes to standard output and standard error. Thread-safe.
 *
 * <p>If the locale has only ASCII it writes UTF-8: otherwise each umlaut would become a question mark.
 */
public final class Printer {

    private final OutputStream out;
    private final OutputStream err;
    private final Charset charset;

    private Printer(OutputStream out, OutputStream err, Charset charset) {
        this.out = out;
        this.err = err;
        this.charset = charset;
    }

    /**
     * Returns a printer for the streams of this process.
     *
     * @return a printer
     */
    @SuppressWarnings("resource") // the streams stay open
    public static Printer ofThisProcess() {
        Charset ofLocale = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
        return new Printer(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                ofLocale.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : ofLocale);
    }

    /**
     * Returns a printer for other streams, in UTF-8.
     *
     * @param out for answers
     * @param err for errors
     * @return a printer
     */
    public static Printer to(OutputStream out, OutputStream err) {
        return new Printer(out, err, StandardCharsets.UTF_8);
    }

    /**
     * Prints an answer.
     *
     * @param answer what to print
     * @return its exit status, or {@link ExitStatus#UNUSABLE} if it could not be written, as on a full disk
     */
    public synchronized int print(Answer answer) {
        boolean written = write(answer.out(), charset);
        write(err, answer.err(), charset);
        return written ? answer.status() : ExitStatus.UNUSABLE;
    }

    /**
     * Prints a line on standard output.
     *
     * @param line its text
     */
    public synchronized void line(String line) {
        write(new Page().line(line).toString(), charset);
    }

    /**
     * Prints an error.
     *
     * @param message what is wrong
     */
    public synchronized void error(String message) {
        write(err, new Page().error(message).toString(), charset);
    }

    /**
     * Writes a text as it is, in UTF-8.
     *
     * @param text a configuration
     * @return whether all of it was written; if not, an error has been printed
     */
    public synchronized boolean write(String text) {
        return write(text, StandardCharsets.UTF_8);
    }

    private boolean write(String text, Charset charset) {
        String problem = write(out, text, charset);
        // the reader of a pipe may close it on purpose
        if (!problem.isEmpty() && !problem.contains("Broken pipe")) {
            error("standard output cannot be written: " + problem);
        }
        return problem.isEmpty();
    }

    /** Returns why it could not be written; empty if it was. */
    private static String write(OutputStream stream, String text, Charset charset) {
        try {
            stream.write(text.getBytes(charset));
            stream.flush();
            return "";
        } catch (IOException e) {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
    }

    /**
     * Returns a writer for standard error, for the usage help of the command line.
     *
     * @return a writer
     */
    public PrintWriter err() {
        return new PrintWriter(new OutputStreamWriter(err, charset), true);
    }

    /**
     * Returns a writer for standard output, for the usage help of the command line.
     *
     * @return a writer
     */
    public PrintWriter out() {
        return new PrintWriter(new OutputStreamWriter(out, charset), true);
    }
}
