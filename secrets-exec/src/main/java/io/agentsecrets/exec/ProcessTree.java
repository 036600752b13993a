package io.agentsecrets.exec;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process and its descendants, also those that no longer have a parent in the tree.
 *
 * <p>A process that is killed while it starts another leaves one that no snapshot has seen, and one whose parent ended is
 * nobody's descendant any more. Each tree therefore bears a mark of its own, a variable that descendants inherit; Linux
 * shows it in {@code /proc}. Elsewhere, and for those that empty their environment, a snapshot must do. As process numbers are
 * given out in turn, only those between the root's and the last one need to be looked at.
 */
final class ProcessTree {

    /** The variable that marks the processes of a tree. It means nothing to them. */
    static final String MARK = "AGENT_SECRETS_CALL";

    /** How long is spent on killing; only a process stuck in the kernel takes longer than a moment. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(400);

    /** With more numbers given out since the start, the processes that there are are fewer. */
    private static final long MOST_NUMBERS = 20_000;

    private static final long LARGEST_NUMBER = largestNumber();

    /** How often it is looked again at processes that seem to have no environment; some really have none. */
    private static final int MOST_DOUBTS = 20;

    private final Process root;
    private final String mark;

    private ProcessTree(Process root, String mark) {
        this.root = root;
        this.mark = mark;
    }

    /** Starts a process as the root of a tree. */
    static ProcessTree start(ProcessBuilder builder) throws IOException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String mark = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        builder.environment().put(MARK, mark);
        return new ProcessTree(builder.start(), mark);
    }

    Process root() {
        return root;
    }

    /**
     * Kills all of the tree. The descendants are looked for first: they are harder to find once their parent has gone. An
     * interrupt does not end the killing and stays set.
     *
     * <p>The process's own {@link Process#destroyForcibly} would also close its pipes, and that waits for whoever still
     * writes to one: for ever, if a descendant holds the other end.
     */
    void kill() {
        long end = System.nanoTime() + PATIENCE;
        List<ProcessHandle> descendants = root.descendants().toList();
        root.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        killMarked(end, 2);
        boolean interrupted = Thread.interrupted();
        try {
            root.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills what a root that ended left behind, as far as it bears the mark. Costs next to nothing if that is nothing. */
    void killLeftovers() {
        if (lastNumber() != root.pid()) {
            killMarked(System.nanoTime() + PATIENCE, 1);
        }
    }

    /**
     * Kills who bears the mark, until nobody does in some rounds, as one who is killed may have started another in the
     * meantime.
     */
    private void killMarked(long end, int cleanRounds) {
        int rounds = cleanRounds;
        int doubts = MOST_DOUBTS;
        while (rounds > 0 && System.nanoTime() - end < 0) {
            switch (killMarkedOnce(end)) {
                case BEARS_IT -> rounds = 2;
                case NOT_TO_TELL -> rounds = doubts-- > 0 ? rounds : 0;
                case DOES_NOT -> rounds--;
            }
            if (rounds > 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
            }
        }
    }

    /** Goes up to the last number, also while it grows: who starts one process after the other is caught up with. */
    private Mark killMarkedOnce(long end) {
        long last = lastNumber();
        if (last < 0) {
            return Mark.DOES_NOT;
        }
        if (numbersUpTo(last) > MOST_NUMBERS) {
            return killMarkedOfAll();
        }
        Mark seen = Mark.DOES_NOT;
        long number = root.pid();
        while (number != last && System.nanoTime() - end < 0) {
            number = number >= LARGEST_NUMBER ? 1 : number + 1;
            seen = seen.or(killIfMarked(number));
            last = number == last ? lastNumber() : last;
        }
        return seen;
    }

    /** How many numbers were given out since the root's; after the largest they begin anew. */
    private long numbersUpTo(long last) {
        return last >= root.pid() ? last - root.pid() : LARGEST_NUMBER - root.pid() + last;
    }

    private Mark killMarkedOfAll() {
        Mark seen = Mark.DOES_NOT;
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            seen = seen.or(killIfMarked(process.pid()));
        }
        return seen;
    }

    private Mark killIfMarked(long number) {
        Mark seen = markOf(number);
        if (seen == Mark.BEARS_IT) {
            ProcessHandle.of(number).ifPresent(ProcessHandle::destroyForcibly);
        }
        return seen;
    }

    /** What can be said of a process, from the least to the most that has to be done. */
    private enum Mark {
        DOES_NOT,
        NOT_TO_TELL,
        BEARS_IT;

        Mark or(Mark other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /** While a process is replaced by another program it shows an empty environment, as those do that ended. */
    private Mark markOf(long number) {
        Path process = Path.of("/proc", Long.toString(number));
        try {
            byte[] environment = Files.readAllBytes(process.resolve("environ"));
            if (environment.length == 0 && Files.isReadable(process.resolve("exe"))) {
                return Mark.NOT_TO_TELL;
            }
            String text = new String(environment, StandardCharsets.ISO_8859_1);
            return text.contains(MARK + "=" + mark) ? Mark.BEARS_IT : Mark.DOES_NOT;
        } catch (IOException goneOrOfAnotherUser) {
            return Mark.DOES_NOT;
        }
    }

    private static long largestNumber() {
        // in one read: such a file gives the rest of its text to nobody, and Files.readString begins with one byte
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys/kernel/pid_max"))) {
            byte[] digits = new byte[32];
            int length = Math.max(file.read(digits), 0);
            return Long.parseLong(new String(digits, 0, length, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException notLinux) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns the number that the system gave out last, to a process or a thread, or -1 if it does not tell. */
    private static long lastNumber() {
        byte[] load = new byte[128];
        // a plain stream: this is read after every call, and what java.nio.file.Files does around it takes longer than
        // the read
        try (FileInputStream file = new FileInputStream("/proc/loadavg")) {
            int end = file.read(load) - 1; // a line break ends it
            long number = 0;
            long unit = 1;
            int i = end - 1;
            for (; i > 0 && load[i] >= '0' && load[i] <= '9'; i--) {
                number += unit * (load[i] - '0');
                unit *= 10;
            }
            return i > 0 && load[i] == ' ' && unit > 1 ? number : -1;
        } catch (IOException notLinux) {
            return -1;
        }
    }
}
