package io.agentsecrets.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.OwnFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cool-down that is kept over restarts: each {@link #start} is a new backend that knows nothing but the file. */
class OutageFileTest {

    private static final Set<Handle> HANDLES = Set.of(new Handle("a"), new Handle("b"));
    private static final String NOON = "2026-11-26T12:00:00Z";
    private static final String HEADER = "agent-secrets cool-down\n";

    @TempDir
    private Path folder;

    private Path file;
    private Instant time = Instant.parse(NOON);
    private @Nullable FailureKind failure = FailureKind.TIMEOUT;
    private int calls;

    @BeforeEach
    void a_path() {
        file = folder.resolve("state");
    }

    private ResilientBackend start() {
        return start("vault");
    }

    private ResilientBackend start(String name) {
        return builder(name).build();
    }

    /** A backend whose monotonic clock begins anywhere, as it does after a boot. */
    private ResilientBackend.Builder builder(String name) {
        Instant boot = time.minusSeconds(7);
        return ResilientBackend.builder(handles -> {
                    calls++;
                    if (failure != null) {
                        throw new BackendException(failure, "it failed");
                    }
                    return Map.of(new Handle("a"), FetchResult.found("v"));
                })
                .attempts(1)
                .coolDown(Duration.ofSeconds(60))
                .ticker(() -> Duration.between(boot, time).toNanos())
                .stateFile(file, name, clock());
    }

    private Clock clock() {
        return ((InstantSource) () -> time).withZone(ZoneOffset.UTC);
    }

    private static void ask(ResilientBackend backend) {
        try {
            backend.fetch(HANDLES);
        } catch (BackendException e) {
            assertThat(e.kind().isOfWholeCall()).isTrue();
        }
    }

    @Test
    void twenty_starts_in_a_minute_ask_once() {
        for (int i = 0; i < 20; i++) {
            ask(start());
            time = time.plusSeconds(2);
        }
        assertThat(calls).isEqualTo(1);

        time = time.plusSeconds(20);
        ask(start());
        assertThat(calls).isEqualTo(2);
    }

    @Test
    void a_refused_call_says_since_when_until_when_and_which_file_to_remove() throws IOException {
        ask(start());
        time = time.plusSeconds(12);

        assertThatThrownBy(() -> start().fetch(HANDLES))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TIMEOUT))
                .hasMessage("the backend failed before the restart (timeout, noted in " + file
                        + "); it is not asked again for 48 s (cool-down)");
        assertThat(Files.readString(file)).isEqualTo(HEADER + "timeout " + NOON + " vault\n");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobody_else_may_read_the_file() throws IOException {
        ask(start());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_success_ends_it_for_the_next_start_too() throws IOException {
        ask(start());
        time = time.plusSeconds(60);
        failure = null;
        ask(start());
        assertThat(Files.readString(file)).isEqualTo(HEADER);

        ask(start());
        assertThat(calls).isEqualTo(3);
    }

    @Test
    void a_backend_that_never_failed_has_no_file() {
        failure = null;
        ask(start());

        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = {"START", "PERMISSIONS"})
    void what_was_not_started_is_asked_by_the_next_start(FailureKind kind) {
        failure = kind;
        ask(start());
        ask(start());

        assertThat(calls).isEqualTo(2);
        assertThat(file).doesNotExist();
    }

    @Test
    void one_source_that_fails_beside_others_does_not_keep_the_next_start_waiting() {
        ResilientBackend backend = start();
        failure = FailureKind.EXIT;
        ask(backend);
        failure = null;
        backend.fetch(Set.of(new Handle("a")));
        failure = FailureKind.EXIT;
        assertThatThrownBy(() -> backend.fetch(Set.of(new Handle("b")))).hasMessage("it failed");

        failure = null;
        assertThat(start().fetch(HANDLES)).hasSize(1);
    }

    @Test
    void backends_share_the_file_and_know_their_own_line() throws IOException {
        ask(start("vault"));
        ask(start("files"));
        assertThat(Files.readString(file))
                .isEqualTo(HEADER + "timeout " + NOON + " files\ntimeout " + NOON + " vault\n");

        time = time.plusSeconds(60);
        failure = null;
        ask(start("files"));

        assertThat(Files.readString(file)).isEqualTo(HEADER + "timeout " + NOON + " vault\n");
        time = time.minusSeconds(30);
        ask(start("vault"));
        assertThat(calls).isEqualTo(3);
    }

    @Test
    void a_long_cool_down_is_kept_for_five_minutes_at_most() {
        ask(builder("vault").coolDown(Duration.ofDays(1)).build());
        time = time.plus(Duration.ofMinutes(5)).minusSeconds(1);
        ask(builder("vault").coolDown(Duration.ofDays(1)).build());
        assertThat(calls).isEqualTo(1);

        time = time.plusSeconds(1);
        ask(builder("vault").coolDown(Duration.ofDays(1)).build());
        assertThat(calls).isEqualTo(2);
    }

    @Test
    void patience_at_the_start_waits_for_the_end_of_it() {
        ask(start());
        time = time.plusSeconds(20);
        failure = null;
        List<Long> pauses = new ArrayList<>();
        ResilientBackend patient = builder("vault")
                .startUpPatience(Duration.ofMinutes(2))
                .sleep(nanos -> {
                    pauses.add(TimeUnit.NANOSECONDS.toSeconds(nanos));
                    time = time.plusNanos(nanos);
                })
                .build();

        assertThat(patient.fetch(HANDLES)).hasSize(1);
        assertThat(pauses).containsExactly(40L);
    }

    @Test
    void a_clock_that_jumps_harms_no_start() {
        ask(start());
        time = time.minus(Duration.ofDays(3650));
        List<String> log = logOf(() -> ask(start()));
        assertThat(calls).as("the time in the file is in the future").isEqualTo(2);
        assertThat(log)
                .singleElement()
                .asString()
                .endsWith("the last failure in the state file " + file
                        + " is passed over: its time is in the future; the next call replaces it");
        ask(start());
        assertThat(calls).as("the file was written again").isEqualTo(2);

        time = Instant.MAX;
        ask(start());
        assertThat(calls).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "agent-secrets cool-down\n",
                "agent-secrets cool-down\ntimeout 2026",
                "agent-secrets cool-down\ntimeout yesterday vault\n",
                "agent-secrets cool-down\nhunter2 2026-11-26T12:00:00Z vault\n",
                "agent-secrets cool-down\nmissing 2026-11-26T12:00:00Z vault\n",
                "agent-secrets cool-down\n\0\0\0\0\0\0\0\0",
            })
    @DisabledOnOs(OS.WINDOWS)
    void a_damaged_file_is_ignored_and_repaired_by_the_next_failure(String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        ask(start());
        assertThat(calls).isEqualTo(1);
        assertThat(Files.readString(file)).isEqualTo(HEADER + "timeout " + NOON + " vault\n");
        ask(start());
        assertThat(calls).isEqualTo(1);
    }

    @Test
    void lines_that_nobody_uses_any_more_leave_room() throws IOException {
        new OwnFiles().create(file);
        String old = """
                exit 2026-11-26T11:55:00Z old
                exit 2026-11-27T12:00:00Z ahead
                exit hunter2 damaged
                """;
        Files.writeString(file, HEADER + "exit 2026-11-26T11:55:01Z young\n" + old.repeat(2_500));

        ask(start());
        ask(start());

        assertThat(calls).isEqualTo(1);
        assertThat(Files.readString(file))
                .isEqualTo(HEADER + "timeout " + NOON + " vault\nexit 2026-11-26T11:55:01Z young\n");
    }

    @Test
    void the_line_that_was_written_is_read_however_many_others_there_are() throws IOException {
        new OwnFiles().create(file);
        Files.writeString(file, HEADER + ("exit " + NOON + " other\n").repeat(10_000));

        ask(start());
        ask(start());

        assertThat(calls).isEqualTo(1);
        assertThat(Files.size(file)).isLessThan(1 << 17);
    }

    @ParameterizedTest
    @ValueSource(strings = {"password: hunter2\n", "a", "agent-secrets co"})
    void a_foreign_file_stays_as_it_is_and_is_logged_once(String text) throws IOException {
        Files.writeString(file, text);

        ResilientBackend backend = start();
        List<String> log = logOf(() -> {
            ask(backend);
            time = time.plusSeconds(60);
            ask(backend);
        });

        assertThat(calls).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo(text);
        assertThat(log)
                .singleElement()
                .asString()
                .contains("it is no state file of this library; name another one")
                .doesNotContain("hunter2");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_link_is_not_followed() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), HEADER);
        Files.createSymbolicLink(file, victim);

        assertThat(logOf(() -> ask(start()))).singleElement().asString().contains("it is a link or no file");
        assertThat(Files.readString(victim)).isEqualTo(HEADER);
    }

    @Test
    @EnabledIf("io.agentsecrets.backend.OutageFileTest#isRoot")
    void another_users_file_is_not_touched() throws IOException {
        Files.writeString(file, HEADER + "timeout " + NOON + " vault\n");
        Files.setAttribute(file, "unix:uid", 12_345);

        assertThat(logOf(() -> ask(start()))).singleElement().asString().contains("it belongs to the user 12345");
        assertThat(calls).isEqualTo(1);
    }

    static boolean isRoot() throws IOException {
        return Files.exists(Path.of("/proc/self"))
                && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    @Test
    void a_missing_folder_is_logged_once() {
        file = folder.resolve("none").resolve("state");
        ResilientBackend backend = start();

        List<String> log = logOf(() -> {
            ask(backend);
            time = time.plusSeconds(60);
            ask(backend);
        });

        assertThat(calls).isEqualTo(2);
        assertThat(log)
                .singleElement()
                .asString()
                .endsWith("its folder does not exist; mkdir -p '" + file.getParent() + "'");
    }

    @Test
    void an_interrupted_thread_also_writes_the_failure_and_stays_interrupted() throws IOException {
        Thread.currentThread().interrupt();
        ask(start());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(file)).endsWith(" vault\n");
    }

    private static List<String> logOf(Runnable work) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
