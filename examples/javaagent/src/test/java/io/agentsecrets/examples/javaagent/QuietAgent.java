package io.agentsecrets.examples.javaagent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Another agent that reads its configuration and uses nothing else of the JVM. */
final class QuietAgent {

    static String configuration = "";

    private QuietAgent() {}

    public static void premain(String config) throws IOException {
        configuration = Files.readString(Path.of(config));
    }
}
