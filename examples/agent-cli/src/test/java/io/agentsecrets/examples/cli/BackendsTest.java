package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.ExecBackend;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The executables of {@code examples/backends}, as {@code agent doctor} finds them. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "most executables need a POSIX system")
class BackendsTest {

    /** Not ASCII, to be escaped, and with line breaks at the end. */
    private static final String SECRET = "c4nary \"ä\" \\ \ud83d\udd11\u0001\t\n\n";

    @TempDir
    private Path home;

    private Path store;

    @BeforeEach
    void fillTheStore() throws IOException {
        store = Files.createDirectories(home.resolve("store"));
        Files.writeString(store.resolve("db_password"), SECRET);
        Files.writeString(store.resolve("db.user-1"), "datadog");
        Files.createDirectory(store.resolve("folder"));
        Files.writeString(home.resolve("outside"), "c4nary");
        Files.createSymbolicLink(store.resolve("link_out"), Path.of("..", "outside"));
        Files.createSymbolicLink(store.resolve("link_absolute"), home.resolve("outside"));
        Files.createSymbolicLink(store.resolve("link_to_nothing"), Path.of("nothing"));
    }

    @ParameterizedTest
    @CsvSource({"files-jq,jq", "files-awk,awk", "files-python,python3", "files-java,java", "files.ps1,pwsh"})
    void answers_from_its_folder_and_from_nowhere_else(String name, String interpreter) throws IOException {
        assumeInstalled(interpreter);
        Path executable = copy(name);

        DoctorRun run = DoctorRun.of(
                home,
                executable,
                "secret_backend_arguments: ['" + store + "']\n",
                "--json",
                "db_password",
                "db.user-1",
                "../outside",
                home.resolve("outside").toString(),
                "folder",
                "folder/../db_password",
                "link_out",
                "link_absolute",
                "link_to_nothing",
                "none",
                ".",
                "..",
                "a \"b\"\\\nc",
                "ä \ud83d\udd11");

        assertThat(run.all()).doesNotContain("c4nary");
        assertThat(run.out())
                .as(run.all())
                .contains("{\"handle\":\"db_password\",\"result\":\"found\"}")
                .contains("{\"handle\":\"db.user-1\",\"result\":\"found\"}")
                .doesNotContain("\"result\":null", "\"result\":\"empty\"", "\"invalid\"");
        assertThat(run.out().split("\"result\":\"found\"", -1)).hasSize(3);
        for (String judgement :
                List.of("rights", "start", "exit", "output", "protocol", "empty_request", "closed_input")) {
            assertThat(run.out()).contains("{\"name\":\"" + judgement + "\",\"verdict\":\"ok\"");
        }
        assertThat(run.out()).containsPattern("\"name\":\"unknown_handle\",\"verdict\":\"(ok|warn)\"");
    }

    @ParameterizedTest
    @CsvSource({"files-jq,jq", "files-awk,awk", "files-python,python3", "files-java,java", "files.ps1,pwsh"})
    void keeps_every_byte_of_a_secret(String name, String interpreter) throws IOException {
        assumeInstalled(interpreter);
        Handle handle = new Handle("db_password");

        try (ExecBackend backend = ExecBackend.builder(copy(name))
                .arguments(List.of(store.toString()))
                .build()) {
            assertThat(backend.fetch(Set.of(handle))).containsEntry(handle, FetchResult.found(SECRET));
        }
    }

    @ParameterizedTest
    @CsvSource({"files-jq,jq", "files-awk,awk", "files-python,python3", "files-java,java", "files.ps1,pwsh"})
    void fails_without_its_folder_rather_than_to_call_every_secret_missing(String name, String interpreter)
            throws IOException {
        assumeInstalled(interpreter);

        try (ExecBackend backend = ExecBackend.builder(copy(name))
                .arguments(List.of(home.resolve("not_mounted").toString()))
                .build()) {
            assertThatThrownBy(() -> backend.fetch(Set.of(new Handle("db_password"))))
                    .isInstanceOfSatisfying(
                            BackendException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.EXIT));
        }
    }

    @ParameterizedTest
    @CsvSource({"files-jq,jq", "files-awk,awk", "files-python,python3", "files-java,java", "files.ps1,pwsh"})
    void reports_a_file_that_it_may_not_read_as_an_error_and_not_as_missing(String name, String interpreter)
            throws IOException {
        assumeInstalled(interpreter);
        Path file = store.resolve("db_password");
        Files.setPosixFilePermissions(file, Set.of());
        Assumptions.assumeFalse(Files.isReadable(file), "root may read every file");
        Handle handle = new Handle("db_password");

        try (ExecBackend backend = ExecBackend.builder(copy(name))
                .arguments(List.of(store.toString()))
                .build()) {
            assertThat(backend.fetch(Set.of(handle)).get(handle))
                    .isInstanceOfSatisfying(
                            FetchResult.Failed.class,
                            failed -> assertThat(failed.kind()).isEqualTo(FailureKind.BACKEND_ERROR));
        }
    }

    /** Takes the example as it is, but for the place of Java and of the library's jars. */
    private Path copy(String name) throws IOException {
        Path arguments = Files.writeString( // #! lines are short
                home.resolve("arguments"),
                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC --class-path " + System.getProperty("java.class.path"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String text = Files.readString(Path.of("..", "backends", name))
                .replace("-S java", "-S " + java)
                .replace("--class-path /opt/agent/lib/*", "@" + arguments);
        return AgentRun.script(home.resolve(name), text);
    }

    private static void assumeInstalled(String tool) {
        boolean installed = tool.equals("java")
                || Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
        Assumptions.assumeTrue(installed, tool + " is not installed, so its example is not run");
    }
}
