package io.agentsecrets.examples.tools;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Standard output in UTF-8, whatever the locale is: in the locale C, {@code System.out} would make a question mark of an umlaut. */
public final class Output {

    private Output() {}

    /**
     * Writes a line.
     *
     * @param text what stands in it
     * @throws ToolException if it cannot be written, so that a part of a secret does not pass for all of it
     */
    @SuppressWarnings("resource") // standard output stays open
    public static void line(String text) {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        try {
            out.write((text + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ToolException("standard output cannot be written to");
        }
    }
}
