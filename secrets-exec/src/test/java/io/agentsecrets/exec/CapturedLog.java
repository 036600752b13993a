package io.agentsecrets.exec;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The log while this is open: slf4j-simple writes it to what {@link System#err} is at the time, a record a line. */
final class CapturedLog implements AutoCloseable {

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    CapturedLog() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    List<String> records() {
        return text().lines().collect(Collectors.toList());
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
