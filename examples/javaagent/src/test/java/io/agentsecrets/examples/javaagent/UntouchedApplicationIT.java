package io.agentsecrets.examples.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the application finds when its main method starts: as if there had been no agent. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class UntouchedApplicationIT {

    @TempDir
    private Path folder;

    @BeforeEach
    void another_agent_with_a_handle() throws IOException {
        Path backend = folder.resolve("backend");
        Files.writeString(backend, "#!/bin/sh\ncat >/dev/null\nprintf '{\"p\":{\"value\":\"canary-hunter2\"}}'\n");
        Files.setPosixFilePermissions(backend, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(folder.resolve("other.yaml"), "password: ENC[p]\n");
        Files.writeString(
                folder.resolve("settings.yaml"),
                "secret_backend_command: " + backend.toRealPath()
                        + "\nagent:\n  jar: other.jar\n  config: other.yaml\n");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", QuietAgent.class.getName());
        new JarOutputStream(Files.newOutputStream(folder.resolve("other.jar")), manifest).close();
    }

    /** Runs the application behind the agent, and returns what it printed. */
    private List<String> run() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + folder.resolve("classes") + ":none",
                        "-javaagent:" + System.getProperty("agent.jar") + "=" + folder.resolve("settings.yaml"),
                        "-cp",
                        Path.of("target", "test-classes").toString(),
                        ChoosingProgram.class.getName())
                .redirectError(folder.resolve("err").toFile())
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed.lines().collect(Collectors.toList());
    }

    private List<String> classesLoadedBeforeMain() throws IOException {
        List<String> classes = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("classes"))) {
            String name = line.split(" ", 2)[0];
            if (name.equals(ChoosingProgram.class.getName())) {
                return classes;
            }
            classes.add(name);
        }
        throw new AssertionError("the application was not loaded");
    }

    @Test
    void the_application_chooses_its_log_manager_and_finds_no_thread_and_nothing_printed() throws Exception {
        List<String> printed = run();

        assertThat(printed).contains("log manager OwnLogManager", "password true");
        // the JDK's own threads: "process reaper" waits for children, and ends a minute after the last
        assertThat(printed)
                .filteredOn(line -> line.startsWith("thread "))
                .allMatch(line ->
                        line.matches("thread (main|Reference Handler|Finalizer|Signal Dispatcher|Notification Thread"
                                + "|Common-Cleaner|Attach Listener|process reaper.*)"));
        assertThat(Files.readString(folder.resolve("err"))).isEmpty();
    }

    @Test
    void no_logging_no_management_and_no_caffeine_is_loaded_before_it() throws Exception {
        run();

        assertThat(classesLoadedBeforeMain())
                .contains(QuietAgent.class.getName(), "io.agentsecrets.shaded.resolver.SecretResolver")
                .noneMatch(name -> name.matches("(java\\.util\\.logging|java\\.lang\\.management|javax\\.management"
                        + "|sun\\.management|com\\.sun\\.jmx|io\\.agentsecrets\\.shaded\\.caffeine)\\..*"));
    }
}
