package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process and its descendants, also those that no longer have a parent in the tree.
 *
 * <p>A process that is killed while it starts another leaves one that no snapshot has seen, and one whose parent ended is
 * nobody's descendant any more. Each tree therefore bears a mark of its own, a variable that descendants inherit; Linux
 * shows it in {@code /proc}. Elsewhere, and for those that empty their environment, the snapshots must do.
 */
final class ProcessTree {

    /** The variable that marks the processes of a tree. It means nothing to them. */
    static final String MARK = "AGENT_SECRETS_CALL";

    /** How long a killed process is waited for; only one stuck in the kernel takes longer than a moment. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(400);

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
        List<ProcessHandle> descendants = root.descendants().toList();
        root.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        boolean interrupted = Thread.interrupted();
        try {
            long end = System.nanoTime() + PATIENCE;
            root.waitFor(PATIENCE, TimeUnit.NANOSECONDS);
            killMarked(end);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Kills who bears the mark, until nobody does twice in a row: one who is killed may have started another in the
     * meantime, and one who is being replaced by another program bears nothing for an instant.
     */
    private void killMarked(long end) throws InterruptedException {
        int rounds = 2;
        while (rounds > 0 && System.nanoTime() - end < 0) {
            List<ProcessHandle> marked = marked();
            marked.forEach(ProcessHandle::destroyForcibly);
            rounds = marked.isEmpty() ? rounds - 1 : 2;
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private List<ProcessHandle> marked() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(this::bearsMark).toList();
        }
    }

    private boolean bearsMark(ProcessHandle process) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(MARK + "=" + mark);
        } catch (IOException goneOrOfAnotherUserOrNotLinux) {
            return false;
        }
    }
}
