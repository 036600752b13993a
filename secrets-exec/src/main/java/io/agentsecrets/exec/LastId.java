package io.agentsecrets.exec;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The id that Linux assigned last, to a process or a thread: the last number in {@code /proc/loadavg}. The kernel
 * writes the file when it is read, not when it is opened. So it can be opened, which takes longer than reading it, while there
 * is time, and read when the id matters.
 *
 * <p>It is not read with java.nio.file.Files, whose overhead is longer than the read: this happens in every call. Used by
 * one thread.
 */
final class LastId implements AutoCloseable {

    private final @Nullable FileInputStream load;

    private LastId(@Nullable FileInputStream load) {
        this.load = load;
    }

    /** Opens the file, if there is one and a file descriptor is left. */
    static LastId open() {
        try {
            return new LastId(new FileInputStream("/proc/loadavg"));
        } catch (FileNotFoundException notLinuxOrNoDescriptorLeft) {
            return new LastId(null);
        }
    }

    /** Returns the id that was assigned last, or -1 if it cannot be read now. */
    static long read() {
        try (LastId id = open()) {
            return id.now();
        }
    }

    /** Returns the id that was assigned last, or -1 if it cannot be read. Works once. */
    long now() {
        byte[] line = new byte[128];
        try {
            return load == null ? -1 : lastNumber(line, load.read(line));
        } catch (IOException cannotBeRead) {
            return -1;
        }
    }

    /** Returns the number at the end of a line, or -1. */
    private static long lastNumber(byte[] line, int length) {
        long number = 0;
        long unit = 1;
        int i = length - 2; // a line break ends it
        for (; i > 0 && line[i] >= '0' && line[i] <= '9'; i--) {
            number += unit * (line[i] - '0');
            unit *= 10;
        }
        return i > 0 && line[i] == ' ' && unit > 1 ? number : -1;
    }

    @Override
    public void close() {
        try {
            if (load != null) {
                load.close();
            }
        } catch (IOException nothingWasWritten) {
            // and nothing is lost
        }
    }
}
