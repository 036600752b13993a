package io.agentsecrets.examples.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The only place that writes to standard output and standard error. Thread-safe.
 *
 * <p>Where the locale knows nothing but ASCII it writes UTF-8: otherwise a question mark would stand for each umlaut.
 */
public final class Printer {

    private final PrintWriter out;
    private final PrintWriter err;

    private Printer(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Returns what prints to the streams of this process.
     *
     * @return a printer
     */
    public static Printer ofThisProcess() {
        return new Printer(writer(System.out), writer(System.err));
    }

    private static PrintWriter writer(PrintStream stream) {
        Charset ofLocale = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
        Charset charset = ofLocale.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : ofLocale;
        return new PrintWriter(new OutputStreamWriter(stream, charset));
    }

    /**
     * Prints an answer.
     *
     * @param answer what to print
     * @return its exit status
     */
    public synchronized int print(Answer answer) {
        out.print(answer.out());
        out.flush();
        err.print(answer.err());
        err.flush();
        return answer.status();
    }

    /**
     * Prints a line on standard output.
     *
     * @param line what stands in it
     */
    public synchronized void line(String line) {
        out.print(new Page().line(line));
        out.flush();
    }

    /**
     * Prints an error.
     *
     * @param message what is wrong
     */
    public synchronized void error(String message) {
        err.print(new Page().error(message));
        err.flush();
    }

    /**
     * Writes a text as it is, in UTF-8.
     *
     * @param text a configuration
     * @return whether all of it was written
     */
    @SuppressWarnings("resource") // standard output stays open
    public boolean write(String text) {
        try {
            new FileOutputStream(FileDescriptor.out).write(text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns where errors are printed, for the usage help of the command line.
     *
     * @return a writer
     */
    public PrintWriter err() {
        return err;
    }

    /**
     * Returns where answers are printed, for the usage help of the command line.
     *
     * @return a writer
     */
    public PrintWriter out() {
        return out;
    }
}
