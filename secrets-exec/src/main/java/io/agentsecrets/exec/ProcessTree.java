package io.agentsecrets.exec;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A process and its descendants, including those that no longer have a parent in the tree.
 *
 * <p>Snapshots of the tree are not enough: a process that is killed while it starts another leaves one that no snapshot has
 * seen, and a process whose parent has ended is no longer a descendant. So each tree has a mark of its own, an environment
 * variable that descendants inherit and that Linux shows in {@code /proc}. On other systems, and for processes that empty
 * their environment, there are only the snapshots.
 *
 * <p>Thread-safe.
 */
final class ProcessTree {

    /** The variable that marks the processes of a tree. It means nothing to them. */
    static final String MARK = "AGENT_SECRETS_CALL";

    private final Process root;
    private final MarkedProcesses marked;

    /** The root and the descendants that a snapshot has seen, until they are dead; guarded by this. */
    private final Set<ProcessHandle> seen = new HashSet<>();

    /** Guarded by this. */
    private boolean wasKilled;

    private ProcessTree(Process root, long startedAt, String mark) {
        this.root = root;
        this.marked = new MarkedProcesses(root.pid(), startedAt, mark);
    }

    /** Puts a mark that no tree has yet into the environment of the next process, and returns it. */
    static String markNext(ProcessBuilder builder) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String value = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        builder.environment().put(MARK, value);
        return MARK + "=" + value;
    }

    /**
     * Starts a process as the root of a tree.
     *
     * @param mark the mark in its environment
     * @throws IOException if the system does not start it
     * @throws OutOfMemoryError if the system has no room for the thread that waits for the process, which may run
     */
    static ProcessTree start(ProcessBuilder builder, String mark) throws IOException {
        long startedAt = System.nanoTime();
        return new ProcessTree(builder.start(), startedAt, mark);
    }

    Process root() {
        return root;
    }

    /**
     * Kills the living processes of the tree. Descendants are listed first, as they are harder to find once their parent is
     * gone.
     *
     * <p>The process's own {@link Process#destroyForcibly} would also close its pipes, and wait for writers that still use
     * one: forever, if a descendant holds the other end.
     *
     * @return true if no process of the tree was alive any more; otherwise this must be called again
     */
    synchronized boolean killOnce() {
        if (!wasKilled && root.isAlive()) {
            wasKilled = true; // once it is being killed it starts nothing more
            seen.add(root.toHandle());
            seen.addAll(descendants());
        }
        // a zombie is dead; a process that cannot be killed is dead as well, or runs as another user
        seen.removeIf(process -> MarkedProcesses.isZombie(process.pid()) || !process.destroyForcibly());
        return marked.killOnce() && seen.isEmpty();
    }

    private List<ProcessHandle> descendants() {
        try {
            return root.descendants().toList();
        } catch (RuntimeException noDescriptorLeft) {
            return List.of(); // the root must be killed all the same; marked processes are found later
        }
    }

    /**
     * Whether the root, which ended by itself, may have left other processes behind.
     *
     * @param lastId opened before; it is read here, after the exit
     */
    boolean mayHaveLeftovers(LastId lastId) {
        return marked.mayBeSome(lastId.now());
    }
}
