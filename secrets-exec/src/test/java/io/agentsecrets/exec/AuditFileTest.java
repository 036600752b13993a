package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.audit.AuditEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AuditFileTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-23T12:00:00.123456Z"), ZoneOffset.UTC);
    private static final String LINE =
            "{\"time\":\"2026-11-23T12:00:00.123Z\",\"event\":\"changed\",\"outcome\":\"ok\","
                    + "\"handles\":[\"h\"],\"sources\":[\"postgres.yaml\"]}\n";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("audit.json");
    }

    private static AuditEvent changed(String... handles) {
        return event(AuditEvent.Type.CHANGED, null, handles);
    }

    private static AuditEvent event(AuditEvent.Type type, @Nullable FailureKind failure, String... handles) {
        TreeSet<Handle> set = new TreeSet<>();
        for (String handle : handles) {
            set.add(new Handle(handle));
        }
        return new AuditEvent(type, failure, set, new TreeSet<>(Set.of("postgres.yaml")));
    }

    @Test
    void writes_an_object_a_line() throws IOException {
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);

        audit.record(changed("h"));
        audit.record(event(AuditEvent.Type.FAILED, FailureKind.TIMEOUT, "a", "line\n\"break\""));

        assertThat(Files.readString(file()))
                .isEqualTo(LINE + "{\"time\":\"2026-11-23T12:00:00.123Z\",\"event\":\"failed\",\"outcome\":\"timeout\","
                        + "\"handles\":[\"a\",\"line\\n\\\"break\\\"\"],\"sources\":[\"postgres.yaml\"]}\n");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobody_else_may_read_it() throws IOException {
        Files.writeString(file(), "");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        AuditFile.at(file(), LINE.length(), NOON).record(changed("h"));
        AuditFile.at(file(), LINE.length(), NOON).record(changed("h"));

        for (String name : List.of("audit.json", "audit.json.1", "audit.json.lock")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void is_renamed_before_it_grows_over_its_limit() throws IOException {
        AuditFile audit = AuditFile.at(file(), 2L * LINE.length(), NOON);

        for (int i = 0; i < 5; i++) {
            audit.record(changed("h"));
        }

        assertThat(Files.readString(file())).isEqualTo(LINE);
        assertThat(Files.readString(folder.resolve("audit.json.1"))).isEqualTo(LINE + LINE);
    }

    @Test
    void a_line_over_the_limit_has_a_file_of_its_own() throws IOException {
        AuditFile audit = AuditFile.at(file(), 1, NOON);

        audit.record(changed("h"));
        audit.record(changed("h"));

        assertThat(Files.readString(file())).isEqualTo(LINE);
        assertThat(Files.readString(folder.resolve("audit.json.1"))).isEqualTo(LINE);
    }

    @Test
    void a_torn_line_is_taken_off_and_counted() throws IOException {
        Files.writeString(file(), LINE + LINE.substring(0, 40));

        AuditFile.at(file(), 10_000, NOON).record(changed("h"));

        assertThat(Files.readString(file()))
                .isEqualTo(LINE + "{\"time\":\"2026-11-23T12:00:00.123Z\",\"event\":\"gap\",\"lines\":1}\n" + LINE);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_link_is_not_followed_and_the_reason_is_logged_once() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "");
        Files.createSymbolicLink(file(), victim);
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);

        List<String> log;
        try (CapturedLog captured = new CapturedLog()) {
            audit.record(changed("h"));
            audit.record(changed("h"));
            log = captured.records();
        }

        assertThat(log)
                .hasSize(1)
                .first()
                .asString()
                .contains("cannot be written")
                .contains("it is a link or no file");
        assertThat(victim).isEmptyFile();
        Files.delete(file());
        audit.record(changed("h"));
        assertThat(Files.readString(file()))
                .contains("\"event\":\"gap\",\"lines\":2}\n")
                .endsWith(LINE);
    }

    @Test
    void an_interrupted_thread_writes_as_well_and_stays_interrupted() throws IOException {
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);

        Thread.currentThread().interrupt();
        audit.record(changed("h"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(file())).isEqualTo(LINE);
    }

    @Test
    void a_process_that_keeps_the_lock_does_not_stop_this_one() throws IOException {
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);
        audit.record(changed("h"));

        try (RandomAccessFile other = new RandomAccessFile(file() + ".lock", "rw");
                var lock = other.getChannel().lock()) {
            assertThat(lock.isValid()).isTrue();
            audit.record(changed("h"));
        }

        assertThat(Files.readString(file())).isEqualTo(LINE + LINE);
    }

    @Test
    void refuses_a_size_out_of_range() {
        assertThatIllegalArgumentException().isThrownBy(() -> AuditFile.at(file(), 0));
    }

    private Process start(List<String> program, String... arguments) throws IOException {
        List<String> commandLine = new ArrayList<>(program);
        commandLine.add(file().toString());
        commandLine.addAll(List.of(arguments));
        return new ProcessBuilder(commandLine).redirectErrorStream(true).start();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void several_processes_that_are_killed_at_any_point_leave_whole_lines_without_gaps() throws Exception {
        Map<String, Integer> last = new TreeMap<>();
        for (int round = 0; round < 3; round++) {
            List<Process> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(start(JavaProgram.commandLine(AuditWriterProgram.class), "10000000", "w" + round + i));
            }
            long enough = 5_000L * (round + 1);
            Conditions.await("the writers write", () -> file().toFile().length() > enough);
            for (Process writer : writers) {
                writer.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        }

        ObjectMapper mapper = new ObjectMapper();
        List<String> lines = Files.readAllLines(file(), StandardCharsets.UTF_8);
        lines.remove(lines.size() - 1); // the last one may be torn until the next is written
        for (String line : lines) {
            JsonNode object = mapper.readTree(line);
            if (object.get("event").asText().equals("changed")) {
                String[] handle = object.get("handles").get(0).asText().split("-", 2);
                int number = Integer.parseInt(handle[1]);
                assertThat(number).as(line).isEqualTo(last.getOrDefault(handle[0], -1) + 1);
                last.put(handle[0], number);
            }
        }
        assertThat(last).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_full_disk_tears_no_line() throws Exception {
        // no file of this process may grow over 8 blocks of 512 bytes
        List<String> limited = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 8; exec \"$@\"", "sh"));
        limited.addAll(JavaProgram.commandLine(AuditWriterProgram.class));
        limited.add(limited.indexOf("-cp"), "-XX:-UsePerfData"); // which is a file as well
        Process writer = start(limited, "1000000", "w", "100");
        String output = new String(writer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(writer.waitFor()).as(output).isZero();
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSizeBetween(20, 60).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }
}
