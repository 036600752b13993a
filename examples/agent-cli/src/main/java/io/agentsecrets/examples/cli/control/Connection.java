package io.agentsecrets.examples.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * A connection on which nothing waits for ever: each read and write gives the other side a limited time, after which the connection
 * is closed and a {@link SocketTimeoutException} tells so. It needs no file descriptor beyond that of its channel. Several threads may
 * write, and one may read.
 */
final class Connection implements Closeable {

    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "agent-control-timer");
        thread.setDaemon(true);
        return thread;
    });

    static {
        TIMER.setRemoveOnCancelPolicy(true);
    }

    private final SocketChannel channel;
    private final Duration patience;
    private volatile boolean expired;

    /**
     * Takes over a channel that blocks.
     *
     * @param patience how long the other side may do nothing
     */
    Connection(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /** What takes a limited time. */
    @FunctionalInterface
    private interface Work<T> {
        T result() throws IOException;
    }

    private <T> T limited(Work<T> work) throws IOException {
        Future<?> end = TIMER.schedule(this::expire, patience.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return work.result();
        } catch (ClosedChannelException e) {
            throw expired ? new SocketTimeoutException() : e;
        } finally {
            end.cancel(false);
        }
    }

    private void expire() {
        expired = true;
        try {
            channel.close();
        } catch (IOException e) {
            LoggerFactory.getLogger(Connection.class).debug("a connection was closed already");
        }
    }

    /** Connects; an agent that hangs lets clients wait even for that. */
    void connect(SocketAddress address) throws IOException {
        limited(() -> channel.connect(address));
    }

    /**
     * Reads up to a line feed, all within the time.
     *
     * @throws EOFException if the connection ends before
     */
    byte[] readLine(int longest) throws IOException {
        return limited(() -> {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            ByteBuffer next = ByteBuffer.allocate(1);
            while (line.size() <= longest) {
                if (channel.read(next.clear()) < 0) {
                    throw new EOFException();
                }
                if (next.get(0) == '\n') {
                    return line.toByteArray();
                }
                line.write(next.get(0));
            }
            throw new IOException("a request is too long");
        });
    }

    /** Reads to the end of the connection; the other side has the time again after each thing that it sends. */
    byte[] readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer next = ByteBuffer.allocate(8192);
        while (limited(() -> channel.read(next)) >= 0) {
            all.write(next.array(), 0, next.position());
            next.clear();
        }
        return all.toByteArray();
    }

    /** Writes all within the time. */
    synchronized void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        limited(() -> {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return buffer;
        });
    }

    /** Ends the connection; safe to repeat, and from any thread. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
