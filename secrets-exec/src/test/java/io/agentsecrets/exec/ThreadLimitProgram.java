package io.agentsecrets.exec;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * An agent that has as many threads as the system lets it have, and then one fewer each time. It asks the executable in its
 * first argument, and ends with status 0 if calls fail as a start that is not possible, leave nothing, and succeed in the end.
 */
final class ThreadLimitProgram {

    private final Deque<ParkedThread> threads = new ArrayDeque<>();
    private final ExecBackend backend;

    private ThreadLimitProgram(Path executable) {
        backend = ExecBackend.builder(executable).timeout(Conditions.PATIENCE).build();
    }

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(new ThreadLimitProgram(Path.of(arguments[0])).run() ? 0 : 1);
    }

    private boolean run() throws InterruptedException {
        JavaProgram.succeeds(backend); // loads classes
        long descriptors = descriptors();
        fillUp();
        boolean failed = false;
        for (int free = 0; free < 10; free++) {
            boolean succeeded = JavaProgram.succeeds(backend);
            failed |= !succeeded;
            if (ProcessHandle.current().children().findAny().isPresent() || descriptors() > descriptors) {
                System.out.println("with room for " + free + " something was left");
                return false;
            }
            if (succeeded && failed) {
                return true;
            }
            threads.pop().end();
        }
        System.out.println("never failed and succeeded");
        return false;
    }

    private void fillUp() {
        try {
            while (true) {
                ParkedThread thread = new ParkedThread();
                thread.start();
                threads.push(thread);
            }
        } catch (OutOfMemoryError full) {
            System.out.println("threads: " + threads.size());
        }
    }

    private static long descriptors() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }

    private static final class ParkedThread extends Thread {

        private final CountDownLatch end = new CountDownLatch(1);

        ParkedThread() {
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                end.await();
            } catch (InterruptedException e) {
                interrupt();
            }
        }

        void end() throws InterruptedException {
            end.countDown();
            join();
        }
    }
}
