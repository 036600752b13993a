package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The standard input of a process, which gets the request. The thread that supervises the process writes it and never
 * waits, as the process may not read it. Used by one thread.
 *
 * <p>A request that fits into an empty pipe is written to Java's own pipe. A longer one is written to an {@link
 * UnblockedPipe}, or, if the system does not support that, by a thread: it lives as long as any process holds the other end
 * of the pipe and does not read.
 */
abstract sealed class RequestPipe {

    /**
     * The size of a request that fits into an empty pipe on every supported system (Windows and Linux: 4,096; POSIX
     * promises only 512).
     */
    private static final int FITS_A_PIPE = 4096;

    private RequestPipe() {}

    /** Prepares to send a request. */
    static RequestPipe of(byte[] request) {
        UnblockedPipe pipe = fits(request) ? null : UnblockedPipe.open();
        return pipe == null ? new ThroughJava(request) : new Piecewise(request, pipe);
    }

    private static boolean fits(byte[] request) {
        return request.length <= FITS_A_PIPE;
    }

    /** Returns the source of the process's standard input. */
    abstract ProcessBuilder.Redirect source();

    /** Connects this with the process, which was started. */
    abstract void attachTo(Process process);

    /** Whether the request may be longer than what an empty pipe holds, so that it is written in pieces. */
    boolean isLong() {
        return true;
    }

    /**
     * Writes what the pipe takes now, and closes the input after the last byte. Never waits.
     *
     * @return whether more can soon be written
     */
    abstract boolean write();

    /** Closes the input, even if not everything is written. */
    abstract void close();

    private static void tell(byte[] request, OutputStream stdin) {
        try (stdin) {
            stdin.write(request);
        } catch (IOException brokenPipe) {
            // a process may close its input early and still answer: its exit status and reply decide
        }
    }

    /** A request that is written as the process reads it. */
    private static final class Piecewise extends RequestPipe {

        private final ByteBuffer rest;
        private final UnblockedPipe pipe;

        Piecewise(byte[] request, UnblockedPipe pipe) {
            this.rest = ByteBuffer.wrap(request);
            this.pipe = pipe;
        }

        @Override
        ProcessBuilder.Redirect source() {
            return ProcessBuilder.Redirect.from(pipe.file());
        }

        @Override
        void attachTo(Process process) {
            pipe.leaveReadingToOthers();
        }

        @Override
        boolean write() {
            boolean moved = pipe.write(rest);
            if (!rest.hasRemaining()) {
                pipe.close();
            }
            return moved && rest.hasRemaining();
        }

        @Override
        void close() {
            pipe.close();
        }
    }

    /** A request that is written to Java's own pipe: at once if it fits, otherwise by a thread. */
    private static final class ThroughJava extends RequestPipe {

        private final byte[] request;
        private @Nullable OutputStream stdin;

        ThroughJava(byte[] request) {
            this.request = request;
        }

        @Override
        ProcessBuilder.Redirect source() {
            return ProcessBuilder.Redirect.PIPE;
        }

        @Override
        void attachTo(Process process) {
            stdin = process.getOutputStream();
        }

        @Override
        boolean isLong() {
            return !fits(request);
        }

        @Override
        boolean write() {
            OutputStream to = stdin;
            stdin = null;
            if (to != null && isLong()) {
                startWriter(to);
            } else if (to != null) {
                tell(request, to);
            }
            return false;
        }

        private void startWriter(OutputStream to) {
            Thread writer = new Thread(() -> tell(request, to), "agent-secrets-stdin");
            writer.setDaemon(true);
            try {
                writer.start();
            } catch (OutOfMemoryError e) {
                throw new BackendException(
                        FailureKind.START,
                        "the system has no thread left to write the request, so nothing was asked; raise the limit of"
                                + " the agent (ulimit -u, those of the container or service)");
            }
        }

        /**
         * Closes the input if no write has begun. A write that is under way ends when the processes are killed; closing the
         * stream would wait for it.
         */
        @Override
        void close() {
            OutputStream to = stdin;
            stdin = null;
            if (to != null) {
                tell(new byte[0], to);
            }
        }
    }
}
