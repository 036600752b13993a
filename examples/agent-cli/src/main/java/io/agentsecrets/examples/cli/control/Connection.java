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
 * A connection with a time limit for each read and write. When it has passed, the connection is closed and a {@link
 * SocketTimeoutException} is thrown, whose message is the limit, such as {@code 30 s}. It needs no file descriptor except that
 * of its channel. Several threads may write, and one may read.
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
     * Takes over a blocking channel.
     *
     * @param patience the time limit
     */
    Connection(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /** An operation with a time limit. */
    @FunctionalInterface
    private interface Work<T> {
        T result() throws IOException;
    }

    private <T> T limited(Work<T> work) throws IOException {
        return limited(patience, work);
    }

    private <T> T limited(Duration limit, Work<T> work) throws IOException {
        Future<?> end = TIMER.schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return work.result();
        } catch (ClosedChannelException e) {
            throw expired ? new SocketTimeoutException(limit.toSeconds() + " s") : e;
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

    /** Connects within a time limit, as an agent that hangs does not even accept connections. */
    void connect(SocketAddress address, Duration limit) throws IOException {
        limited(limit, () -> channel.connect(address));
    }

    /**
     * Reads up to a line feed, all within the time limit.
     *
     * @throws EOFException if the connection ends before that
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

    /**
     * Reads to the end of the connection. The time limit starts again after each piece of data.
     *
     * @param acknowledgement the time limit for the first piece
     */
    byte[] readAll(Duration acknowledgement) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer next = ByteBuffer.allocate(8192);
        while (limited(all.size() == 0 ? acknowledgement : patience, () -> channel.read(next)) >= 0) {
            all.write(next.array(), 0, next.position());
            next.clear();
        }
        return all.toByteArray();
    }

    /** Writes all bytes within the time limit. */
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
