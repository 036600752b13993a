package io.agentsecrets.audit;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.ForeignFileException;
import io.agentsecrets.Loggers;
import io.agentsecrets.OwnFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An audit trail in a file: one JSON object on each line, never a value or a part of one.
 *
 * <pre>{@code
 * {"time":"2026-11-23T15:04:05.678Z","event":"changed","outcome":"ok","handles":["db_password"],"sources":["postgres.yaml"]}
 * }</pre>
 *
 * <p>Only its user can read the file (mode 0600; on Windows it has the rights of its folder). Before it would exceed its
 * limit it is renamed to the same name with {@code .1}, which replaces the previous one. Several processes may write to it:
 * each line is appended by one write, under a lock on an empty file with {@code .lock}. A line that a crash or a full disk cut
 * short is removed before the next one is written, so every line is complete. Only while another process keeps the lock for
 * long, lines are appended without removing or renaming anything.
 *
 * <p>A file that is not an audit file of the same user is never written to or changed: another user's file, a link, or a
 * file that begins with anything but a line like the one above. This is true of all three names.
 *
 * <p>Events that cannot be written are lost. This is logged once until writing works again, and then a line of the event
 * {@code gap} says how many are missing. A fetch never fails because of it. Thread-safe.
 */
public final class AuditFile implements AuditTrail {

    /** A file lock belongs to the whole JVM, so its threads need a lock of their own. */
    private static final Lock TURN = new ReentrantLock();

    private final Path file;
    private final LineFile lines;
    private final Clock clock;

    /** How many lines were lost since the last one that was written; guarded by {@link #TURN}. */
    private long lost;

    /** Whether the last line could not be written; guarded by {@link #TURN}. */
    private boolean failing;

    private AuditFile(Path file, long maxSize, Clock clock) {
        this.file = file;
        this.lines = new LineFile(file, maxSize, new OwnFiles());
        this.clock = clock;
    }

    /**
     * Returns a trail in a file, which is created by the first event.
     *
     * @param file the path, in a folder that exists
     * @param maxSize the largest size of the file in bytes, 1 or more; a longer line gets a file of its own
     * @return a trail for {@code SecretResolver.Builder.auditTrail}
     * @throws IllegalArgumentException if the size is less than 1
     * @throws ConfigException of kind {@link FailureKind#SETTINGS} if the file, or one of the two beside it, exists and is
     *     not an audit file of this user
     */
    public static AuditFile at(Path file, long maxSize) {
        return at(file, maxSize, Clock.systemUTC());
    }

    /** Returns a trail with a clock, for tests. */
    static AuditFile at(Path file, long maxSize, Clock clock) {
        if (maxSize < 1) {
            throw new IllegalArgumentException("maxSize must be 1 or more, but is " + maxSize);
        }
        AuditFile audit = new AuditFile(Objects.requireNonNull(file, "file").toAbsolutePath(), maxSize, clock);
        audit.check();
        return audit;
    }

    /**
     * Refuses files that belong to somebody else. Other problems, such as a full disk, may pass by themselves and are only
     * logged.
     */
    private void check() {
        try {
            lines.check();
        } catch (ForeignFileException e) {
            String problem = "no audit file can be kept here: " + reason(e);
            throw new ConfigException(FailureKind.SETTINGS, String.valueOf(e.getFile()), problem);
        } catch (IOException e) {
            warnOnce(e);
        }
    }

    @Override
    public void record(AuditEvent event) {
        byte[] line = AuditLine.of(clock.instant(), event);
        boolean interrupted = Thread.interrupted(); // an interrupt would close the open files
        TURN.lock();
        try {
            write(line);
        } catch (IOException | RuntimeException e) {
            lost++;
            warnOnce(e);
        } finally {
            TURN.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write(byte[] line) throws IOException {
        while (!append(line)) {
            // the file was full and was renamed: the next attempt creates a new one
        }
        failing = false;
    }

    /** Appends a line, unless the file is full. Then it is renamed, and false is returned. */
    private boolean append(byte[] line) throws IOException {
        try (LineTurn turn = lines.take()) {
            lost += turn.removeTornLine() ? 1 : 0;
            if (lines.renameIfFull(turn, line.length)) {
                return false;
            }
            if (lost > 0) {
                turn.append(AuditLine.gap(clock.instant(), lost));
                lost = 0;
            }
            turn.append(line);
            return true;
        }
    }

    private void warnOnce(Exception e) {
        if (!failing) {
            failing = true;
            Loggers.of(AuditFile.class)
                    .warn("the audit file {} cannot be written: {}; events are lost until it can", file, reason(e));
        }
    }

    private String reason(Exception e) {
        if (e instanceof FileSystemException system) {
            return OwnFiles.problem(file, system);
        }
        String name = e.getClass().getSimpleName();
        return e instanceof IOException ? name + " (" + e.getMessage() + ")" : name;
    }

    /** Names the file. */
    @Override
    public String toString() {
        return "AuditFile[" + file + "]";
    }
}
