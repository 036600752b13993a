package io.agentsecrets.exec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** An output of a process that is read without blocking, and kept up to a limit. Used by one thread. */
final class DrainedStream {

    /** The size of a pipe on Linux (pipe(7)); other systems have smaller ones. */
    private static final int FULL_PIPE = 64 * 1024;

    private final InputStream stream;
    private final int limit;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
    private byte[] buffer = new byte[1024];
    private boolean overflowed;

    DrainedStream(InputStream stream, int limit) {
        this.stream = stream;
        this.limit = limit;
    }

    /** Reads what is available now, up to a buffer full, and returns whether there was anything. */
    boolean drain() {
        try {
            int available = stream.available();
            if (available <= 0) {
                return false;
            }
            if (available > buffer.length && buffer.length < FULL_PIPE) {
                buffer = new byte[FULL_PIPE];
            }
            int count = stream.read(buffer, 0, Math.min(available, buffer.length));
            keep(count);
            return count > 0;
        } catch (IOException closed) {
            return false; // by the process's end, or by a kill; what was read before is kept
        }
    }

    /** Reads all that is available now. After the end of a process, that includes everything that the process itself wrote. */
    void drainAvailable() {
        try {
            int left = stream.available();
            while (left > 0) {
                int count = stream.read(buffer, 0, Math.min(left, buffer.length));
                keep(count);
                left = count > 0 ? left - count : 0;
            }
        } catch (IOException closed) {
            // what came before is kept
        }
    }

    private void keep(int count) {
        int room = limit - kept.size();
        if (count > room) {
            overflowed = true;
        }
        if (count > 0) {
            kept.write(buffer, 0, Math.min(count, room));
        }
    }

    /** Whether there was so much output that a pipe could have been full. */
    boolean isLong() {
        return kept.size() >= FULL_PIPE;
    }

    /** Whether there was more output than the limit. */
    boolean overflowed() {
        return overflowed;
    }

    /** Closes the stream; what was read stays available. */
    void close() {
        try {
            stream.close();
        } catch (IOException alreadyClosed) {
            // nothing is left to be read
        }
    }

    byte[] toByteArray() {
        return kept.toByteArray();
    }
}
