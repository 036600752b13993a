package io.agentsecrets.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;

class AuditFileTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-23T12:00:00.123456Z"), ZoneOffset.UTC);
    private static final String LINE =
            "{\"time\":\"2026-11-23T12:00:00.123Z\",\"event\":\"changed\",\"outcome\":\"ok\","
                    + "\"handles\":[\"h\"],\"sources\":[\"postgres.yaml\"]}\n";

    private static final Pattern NUMBERED =
            Pattern.compile("\\{\"time\":\"[^\"]+\",\"event\":\"changed\",\"outcome\":\"ok\","
                    + "\"handles\":\\[\"(w[0-9]+)-([0-9]+)\"],\"sources\":\\[\"s\"]}");

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
        AuditFile.at(file(), LINE.length(), NOON).record(changed("h"));
        Files.setPosixFilePermissions(
                file(), PosixFilePermissions.fromString("rw-rw----")); // as a volume's fsGroup does
        AuditFile.at(file(), LINE.length(), NOON).record(changed("h"));

        for (String name : List.of("audit.json", "audit.json.1", "audit.json.lock")) {
            assertThat(mode(folder.resolve(name))).as(name).isEqualTo("rw-------");
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
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
    void what_a_power_cut_left_is_taken_off() throws IOException {
        Files.writeString(file(), LINE + "\0".repeat(20_000));

        AuditFile.at(file(), 10_000, NOON).record(changed("h"));

        assertThat(Files.readString(file()))
                .isEqualTo(LINE + "{\"time\":\"2026-11-23T12:00:00.123Z\",\"event\":\"gap\",\"lines\":1}\n" + LINE);
    }

    /** What stands at the file's name, and under which of the three names. */
    @ParameterizedTest
    @CsvSource({
        "'',precious",
        "'','two\nlines\n'",
        "'',{\"time\":\"2026-11-23T12:00:00.123Z\"\\,\"level\":\"INFO\"}",
        "'',{\"time\":\"yesterday\"",
        ".1,precious",
        ".lock,1234"
    })
    void somebody_elses_text_is_refused_and_stays_as_it_is(String ending, String text) throws IOException {
        Path precious = Files.writeString(folder.resolve("audit.json" + ending), text);
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(precious);

        assertThatThrownBy(() -> AuditFile.at(file(), 10_000, NOON))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.SETTINGS))
                .hasMessageStartingWith(precious + ": no audit file can be kept here: it ");

        assertThat(Files.readString(precious)).isEqualTo(text);
        assertThat(Files.getPosixFilePermissions(precious)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(precious);
        }
    }

    @Test
    void text_that_somebody_added_is_not_cut_off() throws IOException {
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);
        audit.record(changed("h"));
        Files.writeString(file(), "a note", StandardOpenOption.APPEND);

        assertThat(logOf(() -> audit.record(changed("h"))))
                .hasSize(1)
                .allMatch(log -> log.contains("it ends with text"));

        assertThat(Files.readString(file())).isEqualTo(LINE + "a note");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void an_empty_file_that_others_can_read_is_not_taken_for_one_of_ours() throws IOException {
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));

        assertThatThrownBy(() -> AuditFile.at(file(), 10_000, NOON))
                .hasMessageEndingWith("others have rights on it; name another file, or: chmod 0600 '" + file() + "'");

        assertThat(mode(file())).isEqualTo("rw-r-----");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    @DisabledIf("isRoot") // may write anywhere
    void a_folder_that_nothing_can_be_made_in_is_told_of_and_refuses_nothing() throws IOException {
        AuditFile.at(file(), 10_000, NOON).record(changed("h"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
        try {
            assertThat(logOf(() -> AuditFile.at(file(), 10_000, NOON)))
                    .singleElement()
                    .asString()
                    .contains(
                            "cannot be written: the user that runs this agent may not write there; see who may: namei -l ");
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void a_folder_that_does_not_exist_is_told_of_with_what_makes_it() {
        Path missing = folder.resolve("none");

        List<String> log =
                logOf(() -> AuditFile.at(missing.resolve("audit"), 10_000, NOON).record(changed("h")));

        assertThat(log)
                .singleElement()
                .asString()
                .contains("cannot be written: its folder does not exist; mkdir -p '" + missing + "'; events are lost");
    }

    @Test
    @EnabledIf("isRoot")
    void another_users_file_is_refused_also_by_root() throws IOException {
        AuditFile.at(file(), 10_000, NOON).record(changed("h"));
        Files.setAttribute(file(), "unix:uid", 12_345);

        assertThatThrownBy(() -> AuditFile.at(file(), 10_000, NOON))
                .hasMessageContaining("it belongs to the user 12345, and this agent runs as ");

        assertThat(Files.readString(file())).isEqualTo(LINE);
    }

    static boolean isRoot() throws IOException {
        return Files.exists(Path.of("/proc/self"))
                && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_link_is_refused_and_not_followed() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), LINE);
        Files.createSymbolicLink(file(), victim);

        assertThatThrownBy(() -> AuditFile.at(file(), 10_000, NOON)).hasMessageContaining("it is a link or no file");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_link_that_comes_later_is_not_followed_and_the_reason_is_logged_once() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "");
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);
        Files.createSymbolicLink(file(), victim);

        List<String> log = logOf(() -> {
            audit.record(changed("h"));
            audit.record(changed("h"));
        });

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

    /** slf4j-simple writes to what {@link System#err} is at the time, a record a line. */
    private static List<String> logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void an_interrupted_thread_writes_as_well_and_stays_interrupted() throws IOException {
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);

        Thread.currentThread().interrupt();
        audit.record(changed("h"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(file())).isEqualTo(LINE);
    }

    /** Another process that has locked the audit file until this is closed. */
    private record Locked(Process process) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            assertThat(process.onExit().join().exitValue()).isZero();
        }
    }

    private Locked locked(boolean isShared) throws Exception {
        Process process = start(program(LockingProgram.class), String.valueOf(isShared));
        assertThat(process.inputReader().readLine()).isEqualTo("true");
        return new Locked(process);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_process_that_keeps_a_shared_lock_delays_one_event_and_its_line_is_not_cut() throws Exception {
        String half = "{\"time\":\"2026-11-23T12:00:00.123Z\",\"eve";
        AuditFile audit = AuditFile.at(file(), LINE.length(), NOON);
        audit.record(changed("h"));
        int events = 1000; // 200 seconds, were each of them to wait

        try (Locked other = locked(true)) {
            Files.writeString(file(), half, StandardOpenOption.APPEND);
            for (int i = 0; i < events; i++) {
                audit.record(changed("h"));
            }
            assertThat(other.process().isAlive()).isTrue();
        }

        assertThat(Files.readString(file())).isEqualTo(LINE + half + "\n" + LINE.repeat(events));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void events_are_lost_and_counted_while_another_process_keeps_the_exclusive_lock() throws Exception {
        AuditFile audit = AuditFile.at(file(), 10_000, NOON);
        audit.record(changed("h"));

        try (Locked other = locked(false)) {
            audit.record(changed("h"));
            audit.record(changed("h"));
            assertThat(other.process().isAlive()).isTrue();
        }
        audit.record(changed("h"));

        assertThat(Files.readString(file()))
                .isEqualTo(LINE + "{\"time\":\"2026-11-23T12:00:00.123Z\",\"event\":\"gap\",\"lines\":2}\n" + LINE);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_full_file_is_renamed_after_another_process_has_released_its_shared_lock() throws Exception {
        AuditFile audit = AuditFile.at(file(), LINE.length(), NOON);
        audit.record(changed("h"));
        try (Locked other = locked(true)) {
            audit.record(changed("h"));
            assertThat(other.process().isAlive()).isTrue();
        }

        audit.record(changed("h"));

        assertThat(Files.readString(file())).isEqualTo(LINE);
        assertThat(Files.readString(folder.resolve("audit.json.1"))).isEqualTo(LINE + LINE);
    }

    @Test
    void refuses_a_size_out_of_range() {
        assertThatIllegalArgumentException().isThrownBy(() -> AuditFile.at(file(), 0));
    }

    private static List<String> program(Class<?> main) throws Exception {
        List<String> classPath = new ArrayList<>();
        for (Class<?> type : List.of(AuditFile.class, Logger.class)) {
            URI location =
                    type.getProtectionDomain().getCodeSource().getLocation().toURI();
            classPath.add(Path.of(location).toString());
        }
        // the tests are patched into the module, so that their code source is the module's
        URI program = Objects.requireNonNull(main.getResource(main.getSimpleName() + ".class"))
                .toURI();
        int depth = main.getName().split("\\.", -1).length;
        classPath.add(Path.of(program).resolve("../".repeat(depth)).normalize().toString());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                String.join(File.pathSeparator, classPath),
                main.getName());
    }

    private Process start(List<String> program, String... arguments) throws IOException {
        List<String> commandLine = new ArrayList<>(program);
        commandLine.add(file().toString());
        commandLine.addAll(List.of(arguments));
        return new ProcessBuilder(commandLine).redirectErrorStream(true).start();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void processes_with_exclusive_and_with_shared_locks_lose_no_line() throws Exception {
        int count = 2_000;
        List<Process> writers = new ArrayList<>();
        AuditFile.at(file(), 10_000_000, NOON).record(changed("h"));
        try (Locked other = locked(true)) {
            for (String name : List.of("w1", "w2", "w3")) {
                writers.add(start(program(AuditWriterProgram.class), "10000000", name, String.valueOf(count)));
            }
            // all of them have waited in vain for the exclusive lock: from now on each tries it once for each line
            while (!writersThatWrote().equals(Set.of("w1", "w2", "w3"))) { // ends with the time limit of the class
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(other.process().isAlive()).isTrue();
        }
        for (Process writer : writers) {
            assertThat(writer.waitFor()).isZero();
        }

        List<String> lines = Files.readAllLines(file());
        assertThat(lastOfEachWriter(lines.subList(1, lines.size())))
                .isEqualTo(Map.of("w1", count - 1, "w2", count - 1, "w3", count - 1));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void what_else_a_process_does_with_its_audit_file_costs_no_line() throws Exception {
        int count = 1_000;
        Process reader = start(program(AuditReaderProgram.class), "25000", "w1", String.valueOf(count));
        Process writer = start(program(AuditWriterProgram.class), "25000", "w2", String.valueOf(count));
        assertThat(reader.waitFor()).isZero();
        assertThat(writer.waitFor()).isZero();

        List<String> lines = Files.readAllLines(file());
        assertThat(lines).noneMatch(line -> line.contains("\"event\":\"gap\""));
        assertThat(NUMBERED.matcher(lines.get(0)).matches()).isTrue();
        // two files are kept: what is in them is without holes to the end
        List<String> kept = new ArrayList<>(Files.readAllLines(folder.resolve("audit.json.1")));
        kept.addAll(lines);
        Map<String, Integer> last = new TreeMap<>();
        for (String line : kept) {
            Matcher matcher = NUMBERED.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            int number = Integer.parseInt(matcher.group(2));
            assertThat(number).as(line).isEqualTo(last.getOrDefault(matcher.group(1), number - 1) + 1);
            last.put(matcher.group(1), number);
        }
        assertThat(last.values()).contains(count - 1);
    }

    private Set<String> writersThatWrote() throws IOException {
        return NUMBERED.matcher(Files.readString(file()))
                .results()
                .map(line -> line.group(1))
                .collect(Collectors.toSet());
    }

    /** Returns the last number of each writer; all lines must be whole, and the numbers of each writer without holes. */
    private static Map<String, Integer> lastOfEachWriter(List<String> lines) {
        Map<String, Integer> last = new TreeMap<>();
        for (String line : lines) {
            Matcher matcher = NUMBERED.matcher(line);
            assertThat(matcher.matches() || line.contains("\"event\":\"gap\""))
                    .as(line)
                    .isTrue();
            if (matcher.matches()) {
                int number = Integer.parseInt(matcher.group(2));
                assertThat(number).as(line).isEqualTo(last.getOrDefault(matcher.group(1), -1) + 1);
                last.put(matcher.group(1), number);
            }
        }
        return last;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void several_processes_that_are_killed_at_any_point_leave_whole_lines_without_gaps() throws Exception {
        for (int round = 0; round < 3; round++) {
            List<Process> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(start(program(AuditWriterProgram.class), "10000000", "w" + round + i));
            }
            long enough = file().toFile().length() + 5_000;
            while (file().toFile().length() <= enough) { // ends with the time limit of the class
                LockSupport.parkNanos(1_000_000);
            }
            for (Process writer : writers) {
                writer.destroyForcibly().waitFor();
            }
        }

        List<String> lines = Files.readAllLines(file(), StandardCharsets.UTF_8);
        lines.remove(lines.size() - 1); // the last one may be torn until the next is written
        assertThat(lastOfEachWriter(lines)).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_full_disk_tears_no_line() throws Exception {
        // no file of this process may grow over 8 blocks of 512 bytes
        List<String> limited = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 8; exec \"$@\"", "sh"));
        limited.addAll(program(AuditWriterProgram.class));
        limited.add(limited.indexOf("-cp"), "-XX:-UsePerfData"); // which is a file as well
        Process writer = start(limited, "1000000", "w", "100");
        String output = new String(writer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(writer.waitFor()).as(output).isZero();
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSizeBetween(20, 60).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }
}
