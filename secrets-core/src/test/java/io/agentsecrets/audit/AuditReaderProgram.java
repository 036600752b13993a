package io.agentsecrets.audit;

import java.nio.file.Files;
import java.nio.file.Path;

/** An {@link AuditWriterProgram} that also reads its audit file all the time, and opens it once more as an audit file. */
final class AuditReaderProgram {

    private AuditReaderProgram() {}

    public static void main(String[] args) {
        Thread reader = new Thread(() -> readAllTheTime(Path.of(args[0]), Long.parseLong(args[1])));
        reader.setDaemon(true);
        reader.start();
        AuditWriterProgram.main(args);
    }

    private static void readAllTheTime(Path file, long maxSize) {
        while (true) {
            try {
                Files.readAllBytes(file);
                AuditFile.at(file, maxSize);
            } catch (Exception notThereAtTheMoment) {
                Thread.onSpinWait();
            }
        }
    }
}
