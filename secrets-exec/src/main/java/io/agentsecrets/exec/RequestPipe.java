package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The standard input of a process, through which it is told what is asked for. It is written by the thread that supervises
 * the process, and never keeps that thread waiting, as the process may not read it. Used by one thread.
 *
 * <p>What an empty pipe takes at once is written to Java's own pipe. For more there is a {@link UnblockedPipe}, or, where the
 * system has none, a thread: that one lives for as long as anybody holds the other end of the pipe and does not read.
 */
abstract sealed class RequestPipe {

    /** What an empty pipe takes at once on every system (4,096 on Windows; 512 is all that POSIX promises, 4,096 Linux). */
    private static final int FITS_A_PIPE = 4096;

    private RequestPipe() {}

    /** Prepares to tell a process this. */
    static RequestPipe of(byte[] request) {
        if (request.length <= FITS_A_PIPE) {
            return new AtOnce(request);
        }
        UnblockedPipe pipe = UnblockedPipe.open();
        return pipe == null ? new ByThread(request) : new Piecewise(request, pipe);
    }

    /** What the process is to have as its standard input. */
    abstract ProcessBuilder.Redirect source();

    /** Takes note that the process was started. */
    abstract void attachTo(Process process);

    /** Writes what can be written at once and returns whether that was anything; after the last of it comes the end. */
    abstract boolean write();

    /** Ends the input, also before its time. */
    abstract void close();

    private static void tell(byte[] request, OutputStream stdin) {
        try (stdin) {
            stdin.write(request);
        } catch (IOException brokenPipe) {
            // a process may close its input early and still answer well: exit status and reply tell
        }
    }

    /** A request that fits into an empty pipe. */
    private static final class AtOnce extends RequestPipe {

        private byte[] request;
        private @Nullable OutputStream stdin;

        AtOnce(byte[] request) {
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
        boolean write() {
            if (stdin == null) {
                return false;
            }
            tell(request, stdin);
            stdin = null;
            return true;
        }

        @Override
        void close() {
            request = new byte[0];
            write();
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
            return moved;
        }

        @Override
        void close() {
            pipe.close();
        }
    }

    /** A request that a thread writes. */
    private static final class ByThread extends RequestPipe {

        private final byte[] request;
        private @Nullable OutputStream stdin;

        ByThread(byte[] request) {
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
        boolean write() {
            OutputStream to = stdin;
            if (to == null) {
                return false;
            }
            stdin = null;
            Thread writer = new Thread(() -> tell(request, to), "agent-secrets-stdin");
            writer.setDaemon(true);
            try {
                writer.start();
            } catch (OutOfMemoryError e) {
                throw new BackendException(
                        FailureKind.START, "the system has no thread left to write the request; nothing was asked");
            }
            return true;
        }

        /** A write that is under way ends when the processes are killed; to close the stream would wait for it. */
        @Override
        void close() {
            OutputStream to = stdin;
            if (to != null) {
                stdin = null;
                tell(new byte[0], to);
            }
        }
    }
}
