package io.agentsecrets.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Locks the lock of an audit file until its standard input ends, after having printed a line: FILE IS-SHARED. */
final class LockingProgram {

    private LockingProgram() {}

    public static void main(String[] args) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        Path.of(args[0] + ".lock"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.lock(0, Long.MAX_VALUE, Boolean.parseBoolean(args[1]))) {
            System.out.println(lock.isValid());
            System.in.read();
        }
    }
}
