package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.Handle;
import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.audit.AuditTrail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * An audit trail in a file: one JSON object a line, never a value nor a part of one.
 *
 * <pre>{@code
 * {"time":"2026-11-23T15:04:05.678Z","event":"changed","outcome":"ok","handles":["db_password"],"sources":["postgres.yaml"]}
 * }</pre>
 *
 * <p>The file is readable by its user alone (mode 0600; on Windows as its folder has it). Before it grows over its limit it
 * is renamed to the same name with {@code .1}, in place of the one before. Several processes may write to it: each line is
 * appended by one write, and a lock on the file with {@code .lock} is held meanwhile. A line that a crash or a full disk cut
 * short is taken off before the next one is written, so every line is whole.
 *
 * <p>What cannot be written is lost, logged once until it can be again, and counted by a line of the event {@code gap}. It
 * never fails a fetch. Thread-safe.
 */
public final class AuditFile implements AuditTrail {

    /** How long another process is waited for; one that was stopped must not stop this one. */
    private static final long LOCK_PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    /** A lock on a file belongs to the whole JVM, so its threads take turns before. */
    private static final Lock TURN = new ReentrantLock();

    private final Path file;
    private final long maxSize;
    private final Clock clock;

    /** How many lines were lost since the last one that was written; guarded by {@link #TURN}. */
    private long lost;

    /** Whether the last line could not be written; guarded by {@link #TURN}. */
    private boolean failing;

    private AuditFile(Path file, long maxSize, Clock clock) {
        this.file = file.toAbsolutePath();
        this.maxSize = maxSize;
        this.clock = clock;
    }

    /**
     * Returns a trail in a file, which is made when the first event comes.
     *
     * @param file where, in a folder that exists
     * @param maxSize the size in bytes that the file has at most, 1 or more; a line that is longer has a file of its own
     * @return a trail for {@code SecretResolver.Builder.auditTrail}
     * @throws IllegalArgumentException if the size is less than 1
     */
    public static AuditFile at(Path file, long maxSize) {
        return at(file, maxSize, Clock.systemUTC());
    }

    /** As above, with the time of a test. */
    static AuditFile at(Path file, long maxSize, Clock clock) {
        if (maxSize < 1) {
            throw new IllegalArgumentException("maxSize must be 1 or more, but is " + maxSize);
        }
        return new AuditFile(Objects.requireNonNull(file, "file"), maxSize, clock);
    }

    @Override
    public void record(AuditEvent event) {
        byte[] line = line(event);
        boolean interrupted = Thread.interrupted(); // would close the files that are written to
        TURN.lock();
        try {
            write(line);
        } catch (IOException | RuntimeException e) {
            lost++;
            if (!failing) {
                failing = true;
                LoggerFactory.getLogger(AuditFile.class)
                        .warn("the audit file {} cannot be written: {}; events are lost until it can", file, reason(e));
            }
        } finally {
            TURN.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String reason(Exception e) {
        String reason = e instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : e instanceof IOException && e.getMessage() != null ? e.getMessage() : "";
        return e.getClass().getSimpleName() + (reason.isEmpty() ? "" : " (" + reason + ")");
    }

    private void write(byte[] line) throws IOException {
        Path lockFile = sibling(".lock");
        createPrivately(lockFile);
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = lock(channel)) {
            if (lock == null) { // whoever holds it may be about to rename the file; a single write needs no lock
                createPrivately(file);
                append(withGap(line));
            } else {
                takeOffTornLine();
                byte[] lines = withGap(line);
                rotateBefore(lines.length);
                createPrivately(file);
                appendWhole(lines);
            }
            lost = 0;
            failing = false;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        long end = System.nanoTime() + LOCK_PATIENCE;
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException heldByAnotherCopyOfThisClass) {
                // a JVM may hold several, each shaded into an agent of its own
            }
            if (System.nanoTime() - end >= 0) {
                return null;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes the file if there is none, and sees that nobody else can read it. */
    private static void createPrivately(Path path) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            Files.createFile(
                    path,
                    posix
                            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)}
                            : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(path.toString(), null, "it is a link or no file; name the file itself");
            }
            if (posix
                    && !Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)
                            .equals(PRIVATE)) {
                Files.setPosixFilePermissions(path, PRIVATE);
            }
        }
    }

    private void takeOffTornLine() throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (SeekableByteChannel channel = open(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            while (end > 0 && byteAt(channel, end - 1) != '\n') {
                end--;
            }
            if (end < channel.size()) {
                channel.truncate(end);
                lost++;
            }
        }
    }

    private static byte byteAt(SeekableByteChannel channel, long position) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.position(position).read(one);
        return one.array()[0];
    }

    private void rotateBefore(int length) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            long size = Files.size(file);
            if (size > 0 && size + length > maxSize) {
                Files.move(file, sibling(".1"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Takes off what was written of a line that did not fit on the disk. */
    private void appendWhole(byte[] lines) throws IOException {
        long before = Files.size(file);
        try {
            append(lines);
        } catch (IOException e) {
            try (SeekableByteChannel channel = open(StandardOpenOption.WRITE)) {
                channel.truncate(before);
            }
            throw e;
        }
    }

    private void append(byte[] lines) throws IOException {
        try (OutputStream out = Files.newOutputStream(
                file, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)) {
            out.write(lines);
        }
    }

    private SeekableByteChannel open(StandardOpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return Files.newByteChannel(file, all);
    }

    private Path sibling(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private byte[] line(AuditEvent event) {
        return line(event.type().name().toLowerCase(Locale.ROOT), json -> {
            json.writeStringField(
                    "outcome", event.failure() == null ? "ok" : event.failure().code());
            json.writeArrayFieldStart("handles");
            for (Handle handle : event.handles()) {
                json.writeString(handle.name());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("sources");
            for (String source : event.sources()) {
                json.writeString(source);
            }
            json.writeEndArray();
        });
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private byte[] line(String event, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = BackendProtocol.JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField(
                    "time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
            json.writeStringField("event", event);
            fields.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private byte[] withGap(byte[] line) {
        if (lost == 0) {
            return line;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 + line.length);
        bytes.writeBytes(line("gap", json -> json.writeNumberField("lines", lost)));
        bytes.writeBytes(line);
        return bytes.toByteArray();
    }

    /** Names the file. */
    @Override
    public String toString() {
        return "AuditFile[" + file + "]";
    }
}
