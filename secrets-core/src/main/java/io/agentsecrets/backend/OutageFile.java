package io.agentsecrets.backend;

import io.agentsecrets.FailureKind;
import io.agentsecrets.ForeignFileException;
import io.agentsecrets.Loggers;
import io.agentsecrets.OneLine;
import io.agentsecrets.OwnFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that keeps the last failure of each backend over a restart of the agent. Each backend has a line, such as {@code
 * timeout 2026-11-26T04:00:00Z vault}. The file has mode 0600 and holds no secret.
 *
 * <p>No problem with the file ever makes a call fail. A file that is damaged, unreadable or somebody else's is ignored with one
 * warning. Only a file that is empty or begins with {@link #HEADER} is written to. Thread-safe.
 */
final class OutageFile {

    private static final String HEADER = "agent-secrets cool-down\n";

    /** How many bytes are read; a line takes about 50. */
    private static final int LARGEST = 1 << 16;

    /** Several backends of a JVM may share the file. */
    private static final Lock TURN = new ReentrantLock();

    private final Path file;
    private final String name;
    private final Clock clock;
    private final OwnFiles files = new OwnFiles();

    /** Whether the file may have a line of this backend; guarded by {@link #TURN}. */
    private boolean isNoted;

    /** Whether the warning was logged; guarded by {@link #TURN}. */
    private boolean isWarned;

    /**
     * Creates the access to the file, which is not opened yet.
     *
     * @param name the name of the backend in it
     */
    OutageFile(Path file, String name, Clock clock) {
        this.file = file.toAbsolutePath();
        this.name = OneLine.of(name);
        this.clock = clock;
    }

    /**
     * A failure before the restart.
     *
     * @param age how long ago it was, zero or more
     */
    record Failure(FailureKind kind, Duration age) {}

    /** Returns the last failure that was noted; null if there is none that can be read. */
    @Nullable
    Failure read() {
        return inTurn(() -> {
            for (String line : lines()) {
                if (isOurs(line)) {
                    isNoted = true;
                    return usable(line);
                }
            }
            return null;
        });
    }

    /** Returns the failure in a line; null if the line tells none, which is logged. */
    private @Nullable Failure usable(String line) {
        try {
            return failure(line);
        } catch (IllegalArgumentException e) {
            Loggers.of(ResilientBackend.class)
                    .warn(
                            "the last failure in the state file {} is passed over: {}; the next call replaces it",
                            file,
                            e.getMessage());
            return null;
        }
    }

    private Failure failure(String line) {
        String[] words = line.split(" ", 3);
        try {
            Duration age = Duration.between(Instant.parse(words[1]), clock.instant());
            if (age.isNegative()) {
                throw new IllegalArgumentException("its time is in the future");
            }
            return new Failure(kind(words[0]), age);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("it is damaged");
        }
    }

    private static FailureKind kind(String code) {
        for (FailureKind kind : FailureKind.values()) {
            if (kind.code().equals(code) && kind.isOfWholeCall()) {
                return kind;
            }
        }
        throw new IllegalArgumentException("it is damaged");
    }

    /** Notes a failure. */
    void failed(FailureKind kind) {
        inTurn(() -> {
            replaceLine(kind.code() + " " + clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + name);
            isNoted = true;
            return null;
        });
    }

    /** Removes the failure that was noted, if there is one. */
    void succeeded() {
        inTurn(() -> {
            if (isNoted) {
                replaceLine(null);
                isNoted = false;
            }
            return null;
        });
    }

    /**
     * Writes the file with another line for this backend, or without one. Lines that are damaged or too old are removed. The new
     * line is the first, so that it is read whatever the file holds.
     */
    private void replaceLine(@Nullable String line) throws IOException {
        List<String> lines = new ArrayList<>(lines());
        lines.removeIf(other -> isOurs(other) || !isCurrent(other));
        if (line != null) {
            lines.add(0, line);
        }
        StringBuilder text = new StringBuilder(HEADER);
        lines.forEach(other -> text.append(other).append('\n'));
        files.create(file);
        try (FileChannel channel = files.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            channel.truncate(bytes.remaining());
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
        }
    }

    private boolean isOurs(String line) {
        return isWhole(line) && line.split(" ", 3)[2].equals(name);
    }

    private boolean isCurrent(String line) {
        try {
            return isWhole(line) && failure(line).age().compareTo(Outage.LONGEST_AFTER_RESTART) < 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isWhole(String line) {
        return line.split(" ", 3).length == 3;
    }

    /** Returns the lines after the first; none if there is no file. */
    private List<String> lines() throws IOException {
        if (!files.isThere(file)) {
            return List.of();
        }
        String text = text();
        if (!text.isEmpty() && !text.startsWith(HEADER)) {
            throw new ForeignFileException(file, "it is no state file of this library; name another one");
        }
        OwnFiles.removeRightsOfOthers(file, text.isEmpty());
        return text.lines().skip(1).toList();
    }

    private String text() throws IOException {
        try (FileChannel channel = files.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(LARGEST, channel.size()));
            int count = 0;
            while (count >= 0 && bytes.hasRemaining()) {
                count = channel.read(bytes);
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }

    /** An access to the file. */
    @FunctionalInterface
    private interface Access {
        @Nullable
        Failure run() throws IOException;
    }

    /** Makes one access at a time. Returns null if it fails, which is logged once. */
    private @Nullable Failure inTurn(Access access) {
        boolean interrupted = Thread.interrupted(); // an interrupt would close the open file
        TURN.lock();
        try {
            return access.run();
        } catch (IOException | RuntimeException e) {
            warnOnce(e);
            return null;
        } finally {
            TURN.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void warnOnce(Exception e) {
        if (!isWarned) {
            isWarned = true;
            String text = "the state file {}, which keeps a cool-down over a restart, is passed over: {}";
            Loggers.of(ResilientBackend.class).warn(text, file, reason(e));
        }
    }

    private String reason(Exception e) {
        if (e instanceof FileSystemException system) {
            return OwnFiles.problem(file, system);
        }
        return e.getClass() == IOException.class
                ? String.valueOf(e.getMessage())
                : e.getClass().getSimpleName();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
