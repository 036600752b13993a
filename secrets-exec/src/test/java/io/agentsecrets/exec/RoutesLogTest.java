package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Routes log on threads of their own, which may be the first to use SLF4J. */
@DisabledOnOs(OS.WINDOWS)
class RoutesLogTest {

    private static final String WARN = "WARN io.agentsecrets.exec.ExecBackend - ";

    @TempDir
    private Path folder;

    @RepeatedTest(5)
    void routes_that_are_the_first_to_log_lose_no_record() throws Exception {
        List<String> command = new ArrayList<>(JavaProgram.commandLine(RoutesProgram.class));
        int classPath = command.indexOf("-cp") + 1;
        command.set(classPath, command.get(classPath) + File.pathSeparator + locationOfProvider());
        for (int i = 0; i < 8; i++) {
            command.add(Scripts.file(folder, "backend" + i, "#!/bin/sh\necho no vault >&2\nexit 1\n", "rwx------")
                    .toString());
        }

        Process agent = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(agent.inputReader(StandardCharsets.UTF_8).lines().sorted())
                .containsExactlyElementsOf(IntStream.range(0, 8)
                        .mapToObj(i -> WARN + "backend" + i + " on standard error: no vault")
                        .toList());
        assertThat(agent.waitFor()).isZero();
    }

    private static Path locationOfProvider() throws URISyntaxException {
        return Path.of(LoggerFactory.getILoggerFactory()
                .getClass()
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
