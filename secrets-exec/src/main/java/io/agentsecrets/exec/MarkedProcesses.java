package io.agentsecrets.exec;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The processes whose environment holds a mark, found in Linux's {@code /proc}; on other systems there are none.
 *
 * <p>The kernel assigns process ids in order, and shows the last one. So only the ids between the first process of a call
 * and the last one of all need a check. They are checked in order: a process that has ended in the meantime can have
 * started only processes with later ids. After the largest id the kernel goes on with the smallest free one; once the ids may
 * have come round to the first process, all existing processes are checked.
 */
final class MarkedProcesses {

    /** If more ids were assigned since the start, it is cheaper to list all existing processes. */
    private static final long MOST_IDS = 20_000;

    /** No machine is expected to start processes and threads faster than one in this time. */
    private static final long NANOS_PER_ID = 10_000;

    private static final boolean LINUX = Files.isReadable(Path.of("/proc/loadavg"));
    private static final long LARGEST_ID = LINUX ? largestId() : Long.MAX_VALUE;

    private final long first;
    private final long startedAt;
    private final String mark;

    /**
     * Finds the processes with the mark that were started after the first one.
     *
     * @param first the id of the first process
     * @param startedAt the {@link System#nanoTime} before its start
     */
    MarkedProcesses(long first, long startedAt, String mark) {
        this.first = first;
        this.startedAt = startedAt;
        this.mark = mark;
    }

    /**
     * Whether any process was started after the first one; true if this is not known. Threads have ids of the same sequence, and
     * Java starts one to wait for the first process, and others to compile. So ids of this process's own threads are skipped.
     *
     * @param last the id that was assigned last, or -1 if it is not known
     */
    boolean mayBeSome(long last) {
        if (!LINUX || mayHaveComeRound()) {
            return true;
        }
        long id = first;
        while (id != last && isOwnThread(next(id))) {
            id = next(id);
        }
        return id != last;
    }

    /** Whether so much time has passed that the ids may have come round to the first one. */
    private boolean mayHaveComeRound() {
        return (System.nanoTime() - startedAt) / NANOS_PER_ID >= LARGEST_ID;
    }

    private static boolean isOwnThread(long id) {
        return new File("/proc/self/task/" + id).exists();
    }

    private static long next(long id) {
        return id >= LARGEST_ID ? 1 : id + 1;
    }

    /** Kills the living ones. Returns true if there were none, and no process for which this is not known yet. */
    boolean killOnce() {
        if (!LINUX) {
            return true;
        }
        long last = LastId.read();
        if (last < 0) {
            return false;
        }
        boolean areFew = idsUpTo(last) <= MOST_IDS && !mayHaveComeRound();
        return areFew ? killOnceAfter(first, last) : killOnceAmongAll(last);
    }

    /** Kills the children of this process that have a mark; for when their ids are not known. */
    static void killChildrenWith(String mark) {
        ProcessHandle.current()
                .children()
                .forEach(child ->
                        new MarkedProcesses(child.pid(), System.nanoTime(), mark).isKilledNowOrUnclear(child.pid()));
    }

    /** Whether a process has ended and only waits for its parent to reap it. */
    static boolean isZombie(long id) {
        try {
            String stat = stat(id);
            char state = stat.charAt(stat.lastIndexOf(')') + 2); // the name before it may contain anything
            return state == 'Z' || state == 'X';
        } catch (IOException | IndexOutOfBoundsException goneOrNotLinux) {
            return false;
        }
    }

    /** Kills the ones with later ids. Goes on while new ids appear, to catch up with processes that start each other. */
    private boolean killOnceAfter(long before, long last) {
        boolean none = true;
        long id = before;
        long end = last;
        while (id != end && end >= 0) {
            id = next(id);
            none &= !isKilledNowOrUnclear(id);
            end = id == end ? LastId.read() : end;
        }
        return none && end >= 0;
    }

    private boolean killOnceAmongAll(long last) {
        boolean none = true;
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            none &= !isKilledNowOrUnclear(process.pid());
        }
        return killOnceAfter(last, LastId.read()) && none; // also the processes that were started meanwhile
    }

    /** Returns how many ids were assigned since the first; after the largest one they start again. */
    private long idsUpTo(long last) {
        return last >= first ? last - first : LARGEST_ID - first + last;
    }

    private boolean isKilledNowOrUnclear(long id) {
        try {
            byte[] environment = environment(id);
            return holdsMark(environment) ? isKilledNow(id) : isUnclear(id, environment);
        } catch (IOException goneOrOfAnotherUser) {
            return LastId.read() < 0; // if this cannot be read either, no file descriptor is left
        }
    }

    private static boolean isKilledNow(long id) {
        return ProcessHandle.of(id).map(ProcessHandle::destroyForcibly).orElse(false);
    }

    private boolean holdsMark(byte[] environment) {
        return new String(environment, StandardCharsets.ISO_8859_1).contains(mark);
    }

    /**
     * Whether the text that was read may not be the whole environment, because the kernel was replacing the program of the
     * process: then the old environment is gone and the new one is not there yet. The text is reliable if it is as long as the
     * kernel says, or if a second reading gives the same.
     */
    private static boolean isUnclear(long id, byte[] environment) throws IOException {
        Files.readSymbolicLink(Path.of("/proc", Long.toString(id), "exe")); // throws if the process has ended
        Program program = Program.of(id);
        if (program.isLoaded() && program.environmentSize() == environment.length) {
            return false;
        }
        return !program.isLoaded()
                || !Arrays.equals(environment(id), environment)
                || !Program.of(id).equals(program);
    }

    private static byte[] environment(long id) throws IOException {
        // not with java.nio.file.Files, which takes twice as long: there may be hundreds of ids to check
        try (FileInputStream file = new FileInputStream("/proc/" + id + "/environ")) {
            return file.readAllBytes();
        }
    }

    /**
     * Where the kernel has put the program of a process: the fields {@code startcode}, {@code env_start} and {@code env_end}
     * of {@code stat} (proc(5)). While it replaces the program, it sets the first one last.
     */
    private record Program(long code, long environmentStart, long environmentEnd) {

        /** proc(5) counts the fields from 1, and the first two are cut off. */
        private static final int CUT_OFF = 3;

        static Program of(long id) throws IOException {
            String stat = stat(id);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
            try {
                return new Program(address(fields, 26), address(fields, 50), address(fields, 51));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IOException("not as proc(5) says", e);
            }
        }

        boolean isLoaded() {
            return code != 0;
        }

        long environmentSize() {
            return environmentEnd - environmentStart;
        }

        private static long address(String[] fields, int number) {
            return Long.parseUnsignedLong(fields[number - CUT_OFF]);
        }
    }

    private static String stat(long id) throws IOException {
        try (FileInputStream file = new FileInputStream("/proc/" + id + "/stat")) {
            return new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static long largestId() {
        // read at once: such a file cannot be read in parts, and Files.readString begins with one byte
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys/kernel/pid_max"))) {
            byte[] digits = new byte[32];
            int length = Math.max(file.read(digits), 0);
            return Long.parseLong(new String(digits, 0, length, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
