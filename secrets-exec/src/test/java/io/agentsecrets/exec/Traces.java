package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What calls leave behind: processes, found by a variable in their environment that descendants inherit, threads of this
 * library, and open files of this process.
 */
final class Traces {

    private static final String MARK = "AGENT_SECRETS_TEST_MARK";

    private final String mark = UUID.randomUUID().toString();
    private final long descriptorsBefore = descriptors();

    /** Returns a builder whose processes bear the mark. */
    ExecBackend.Builder backend(Path executable) {
        return ExecBackend.builder(executable)
                .timeout(Conditions.BEYOND_PATIENCE)
                .environment(MARK, mark);
    }

    /** Lets a process bear the mark, and whatever it starts. */
    void mark(ProcessBuilder builder) {
        builder.environment().put(MARK, mark);
    }

    void assertNothingIsLeft() {
        assertNoThreadAndDescriptorIsLeft();
        Conditions.holdsWithin(Conditions.PATIENCE, () -> processes().isEmpty());
        assertThat(processes()).as("processes").isEmpty();
    }

    void assertNoThreadAndDescriptorIsLeft() {
        Conditions.holdsWithin(Conditions.PATIENCE, () -> threads().isEmpty() && descriptors() <= descriptorsBefore);
        assertThat(threads()).as("threads").isEmpty();
        assertThat(descriptors()).as("descriptors").isLessThanOrEqualTo(descriptorsBefore);
    }

    /** Ends what a test left running on purpose. */
    void endProcesses() {
        processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    List<Long> processes() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(this::bearsTheMark)
                .collect(Collectors.toList());
    }

    private boolean bearsTheMark(long pid) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc/" + pid + "/environ"));
            return new String(environment, StandardCharsets.UTF_8).contains(MARK + "=" + mark);
        } catch (IOException goneOrOfAnotherUser) {
            return false;
        }
    }

    static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("agent-secrets"))
                .collect(Collectors.toList());
    }

    /** Pipes and files of tests; others are opened by the JVM and its test runner when they need them. */
    private static long descriptors() {
        Path folder = Path.of("/proc/self/fd");
        if (!Files.isDirectory(folder)) {
            return 0; // only Linux tells
        }
        try (Stream<Path> descriptors = Files.list(folder)) {
            return descriptors.map(Traces::target).filter(Traces::couldBeOurs).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static boolean couldBeOurs(String target) {
        return target.startsWith("pipe:") || target.contains("/junit-");
    }
}
