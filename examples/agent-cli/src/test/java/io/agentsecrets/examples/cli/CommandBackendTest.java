package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.ExecBackend;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code examples/backends/command-backend} with the arguments of docs/commands.md, real tools and stand-ins. */
@DisabledOnOs(OS.WINDOWS)
class CommandBackendTest {

    @TempDir
    private Path folder;

    private Path tools;

    @BeforeEach
    void a_folder_of_tools() throws IOException {
        tools = Files.createDirectory(folder.resolve("tools"));
    }

    /** The executable as the docs say to install it. */
    static Path copy(Path folder) throws IOException {
        String text = Files.readString(Path.of("..", "backends", "command-backend"));
        Path file = folder.resolve("command-backend");
        return Files.exists(file) ? file : AgentRun.script(file, text);
    }

    /** The arguments under a bold name in the docs. */
    private static List<String> documented(String name) throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "commands.md"));
        String after = page.substring(page.indexOf("**" + name + "**"));
        String yaml = after.substring(after.indexOf("```yaml\n") + 8, after.indexOf("\n```\n"));
        Map<?, ?> settings = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return ((Collection<?>) settings.get("secret_backend_arguments"))
                .stream().map(String::valueOf).toList();
    }

    /** The documented arguments with the stand-in of this name, by its absolute path. */
    private List<String> withStandIn(String name, String tool) throws IOException {
        List<String> arguments = new ArrayList<>(documented(name));
        arguments.replaceAll(
                argument -> argument.equals(tool) ? tools.resolve(tool).toString() : argument);
        return arguments;
    }

    /** A tool that records its arguments and then runs these lines. It records them in one write, as several run side by side. */
    private void standIn(String name, String... lines) throws IOException {
        AgentRun.script(
                tools.resolve(name),
                "#!/bin/sh\nwords=; for word in \"$@\"; do words=\"$words<$word>\"; done; printf '%s\\n' \"$words\" >>'"
                        + calls() + "'\n" + String.join("\n", lines) + "\n");
    }

    private Path calls() {
        return folder.resolve("calls");
    }

    private Map<Handle, FetchResult> fetch(List<String> arguments, String... names) throws IOException {
        Set<Handle> handles = new LinkedHashSet<>();
        Stream.of(names).map(Handle::new).forEach(handles::add);
        try (ExecBackend backend = ExecBackend.builder(copy(folder))
                .arguments(arguments)
                .environment("PASSWORD_STORE_DIR", folder.resolve("store").toString())
                .environment("GNUPGHOME", folder.resolve("gpg").toString())
                .timeout(Duration.ofMinutes(2))
                .build()) {
            return backend.fetch(handles);
        }
    }

    private static String reason(Map<Handle, FetchResult> results, String name) {
        FetchResult result = results.get(new Handle(name));
        assertThat(result).as(name).isInstanceOf(FetchResult.Failed.class);
        assertThat(((FetchResult.Failed) result).kind()).isEqualTo(FailureKind.BACKEND_ERROR);
        return ((FetchResult.Failed) result).reason();
    }

    private static void assertMissing(Map<Handle, FetchResult> results, String name) {
        FetchResult result = results.getOrDefault(new Handle(name), FetchResult.missing());
        assertThat(result)
                .as(name)
                .isInstanceOfSatisfying(
                        FetchResult.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(FailureKind.MISSING));
    }

    @Test
    void op_is_asked_for_a_reference() throws IOException {
        standIn(
                "op",
                "case $2:$3 in",
                "--no-newline:op://Servers/my\\ db/password) printf 'hunter22' ;;",
                "*:op://Servers/down/*) echo '[ERROR] 401: hunter22 is no session' >&2; exit 1 ;;",
                "*) echo \"[ERROR] could not read secret '$3': \\\"none\\\" isn't an item in the \\\"Servers\\\" vault.\" >&2; exit 1 ;;",
                "esac");

        Map<Handle, FetchResult> results = fetch(
                withStandIn("1Password", "op"),
                "Servers/my db/password",
                "Servers/none/password",
                "Servers/down/x",
                "Servers");

        assertThat(results).containsEntry(new Handle("Servers/my db/password"), FetchResult.found("hunter22"));
        assertMissing(results, "Servers/none/password");
        assertThat(reason(results, "Servers/down/x")).isEqualTo("op ended with status 1");
        assertThat(reason(results, "Servers")).isEqualTo("the handle is not of the form that --pattern asks for");
        assertThat(Files.readString(calls()))
                .contains("<read><--no-newline><op://Servers/my db/password>\n")
                .hasLineCount(3);
    }

    @Test
    void vault_is_asked_for_a_field_of_a_path() throws IOException {
        standIn(
                "vault",
                "case $*:$# in",
                "'kv get -mount=secret -field=password db:5') printf 'hunter22' ;;",
                "'kv get -mount=secret -field=none db:5') echo 'Field \"none\" not present in secret' >&2; exit 1 ;;",
                "*none:5) echo 'No value found at secret/data/none' >&2; exit 2 ;;",
                "*) echo 'Code: 403. Errors: permission denied' >&2; exit 2 ;;",
                "esac");

        Map<Handle, FetchResult> results = fetch(
                withStandIn("Vault", "vault"),
                "db#password",
                "db#none",
                "none#x",
                "denied#x",
                "-help#x",
                "db",
                "db#-x");

        assertThat(results).containsEntry(new Handle("db#password"), FetchResult.found("hunter22"));
        assertMissing(results, "db#none");
        assertMissing(results, "none#x");
        assertThat(reason(results, "denied#x")).isEqualTo("vault ended with status 2");
        assertThat(reason(results, "-help#x")).isEqualTo("the handle would become an option of the tool");
        assertThat(reason(results, "db")).contains("--pattern");
        assertThat(reason(results, "db#-x"))
                .isEqualTo("vault ended with status 2"); // -field=-x is no option of its own
    }

    @Test
    void aws_is_asked_for_a_secret_by_name_or_arn() throws IOException {
        String arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf";
        standIn(
                "aws",
                "case $3 in",
                "--secret-id=prod/db | --secret-id=" + arn + ") echo 'hunter22' ;;",
                "--secret-id=binary) echo None ;;",
                "--secret-id=throttled) echo 'An error occurred (ThrottlingException)' >&2; exit 254 ;;",
                "*) echo 'An error occurred (ResourceNotFoundException) when calling the GetSecretValue operation' >&2; exit 254 ;;",
                "esac");

        Map<Handle, FetchResult> results = fetch(
                withStandIn("AWS Secrets Manager", "aws"),
                "prod/db",
                arn,
                "binary",
                "throttled",
                "none",
                "file:///etc/passwd");

        assertThat(results)
                .containsEntry(new Handle("prod/db"), FetchResult.found("hunter22"))
                .containsEntry(new Handle(arn), FetchResult.found("hunter22"));
        assertMissing(results, "none");
        assertMissing(results, "binary");
        assertThat(reason(results, "throttled")).isEqualTo("aws ended with status 254");
        assertThat(reason(results, "file:///etc/passwd")).contains("--pattern");
        assertThat(Files.readString(calls()))
                .contains(
                        "<secretsmanager><get-secret-value><--secret-id=prod/db><--query=SecretString><--output=text>\n");
    }

    @Test
    void pass_is_asked_as_it_is() throws Exception {
        assumeInstalled("pass");
        assumeInstalled("gpg");
        Path home = Files.createDirectory(folder.resolve("gpg"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        shell(
                "export GNUPGHOME='" + home + "' PASSWORD_STORE_DIR='" + folder.resolve("store") + "'",
                "gpg -q --batch --passphrase '' --quick-generate-key test@example.invalid future-default default never",
                "pass init test@example.invalid",
                "printf 'hunter22\\n' | pass insert -m db/password",
                "printf 'first\\nuser: x\\n' | pass insert -m lines");
        try {
            Map<Handle, FetchResult> results =
                    fetch(documented("pass"), "db/password", "lines", "none", "db", "../x", "-h");

            assertThat(results)
                    .containsEntry(new Handle("db/password"), FetchResult.found("hunter22"))
                    .containsEntry(new Handle("lines"), FetchResult.found("first\nuser: x"));
            assertMissing(results, "none");
            assertMissing(results, "db");
            assertThat(reason(results, "../x")).contains("--pattern");
            assertThat(reason(results, "-h")).contains("--pattern");
            assertThat(fetch(List.of("--first-line", "pass", "show", "{}"), "lines"))
                    .containsEntry(new Handle("lines"), FetchResult.found("first"));
        } finally {
            shell("GNUPGHOME='" + home + "' gpgconf --kill all");
        }
    }

    @Test
    void secret_tool_is_asked_as_it_is() throws Exception {
        assumeInstalled("secret-tool");
        assumeInstalled("gnome-keyring-daemon");
        assumeInstalled("dbus-run-session");
        for (String private_ : List.of("home", "run")) {
            Path made = Files.createDirectory(folder.resolve(private_));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
        }
        StringBuilder line = new StringBuilder("'" + copy(folder) + "'");
        for (String argument : documented("secret-tool")) {
            line.append(" '").append(argument).append("'");
        }

        String out = shell(
                "export HOME='" + folder.resolve("home") + "' XDG_RUNTIME_DIR='" + folder.resolve("run") + "' DISPLAY=",
                "export XDG_DATA_HOME=\"$HOME/.local\"",
                "request='{\"version\":\"1.0\",\"secrets\":[\"db_password\",\"none\",\"-x\"]}'",
                "export request",
                "cat >'" + folder.resolve("session") + "' <<'END'",
                "printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1",
                "printf 'hunter22' | secret-tool store --label=demo service agent username db_password",
                "echo \"$request\" | " + line,
                "END",
                "dbus-run-session -- sh '" + folder.resolve("session") + "' 2>/dev/null",
                "unset DBUS_SESSION_BUS_ADDRESS; echo; echo \"$request\" | " + line);

        assertThat(out)
                .startsWith(
                        "{\"db_password\": {\"value\": \"hunter22\", \"error\": null}, \"-x\": {\"value\": null, \"error\": ")
                .contains("\n{\"db_password\": {\"value\": null, \"error\": \"secret-tool ended with status 1\"}") // no
                // bus
                .doesNotContain("D-Bus");
    }

    private String shell(String... lines) throws Exception {
        Path script = Files.writeString(folder.resolve("script"), "set -e\n" + String.join("\n", lines) + "\n");
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder("sh", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    private static void assumeInstalled(String tool) {
        boolean installed = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
        assumeTrue(installed, tool + " is not installed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(touch x)",
                "`touch x`",
                "a;touch x",
                "a\ntouch x",
                "a b",
                "{}",
                "{other}",
                "a'b\"c",
                "*",
                "~",
                "%s",
                "\\",
                "a\u0000b",
                "-x",
                "--",
                "../a",
                "a/..",
                "a\\..\\b"
            })
    void a_handle_is_one_word_or_refused_even_if_the_pattern_allows_all(String name) throws IOException {
        standIn("tool", "printf '%s' \"$2\"");

        Map<Handle, FetchResult> results =
                fetch(List.of("--pattern=(.|\\n)*", tools.resolve("tool").toString(), "get", "{}"), name);

        if (name.startsWith("-") || name.contains("..") || name.contains("\n") || name.contains("\0")) {
            assertThat(reason(results, name)).startsWith("the handle ");
            assertThat(calls()).doesNotExist();
        } else {
            assertThat(results).containsEntry(new Handle(name), FetchResult.found(name));
            assertThat(Files.readString(calls())).isEqualTo("<get><" + name + ">\n");
        }
    }

    @Test
    void a_tool_is_bounded_in_time_and_output_and_takes_its_children_with_it() throws IOException {
        Path child = folder.resolve("child");
        standIn(
                "tool",
                "case $1 in",
                "hangs) sleep 600 & echo $! >'" + child + "'; wait ;;",
                "floods) yes hunter22 ;;",
                "leaves) sleep 600 & echo $! >'" + child + "2'; printf v ;;",
                "asks) cat; printf nothing ;;",
                "*) kill -9 $$ ;;",
                "esac");

        Map<Handle, FetchResult> results = fetch(
                List.of("--timeout=3", tools.resolve("tool").toString(), "{}"),
                "hangs",
                "floods",
                "leaves",
                "asks",
                "dies");

        assertThat(reason(results, "hangs")).isEqualTo("the tool takes longer than 3 s");
        assertThat(reason(results, "floods")).isEqualTo("the tool prints more than 1048576 bytes");
        assertThat(results)
                .containsEntry(new Handle("leaves"), FetchResult.found("v"))
                .containsEntry(new Handle("asks"), FetchResult.found("nothing"));
        assertThat(reason(results, "dies")).isEqualTo("tool was killed by signal 9");
        for (String file : List.of("child", "child2")) {
            long pid = Long.parseLong(Files.readString(folder.resolve(file)).strip());
            ProcessHandle.of(pid)
                    .ifPresent(
                            left -> left.onExit().orTimeout(4, TimeUnit.MINUTES).join());
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void a_signal_that_ends_it_ends_its_tools_too(String signal, int status) throws Exception {
        standIn(
                "tool",
                "sleep 600 & echo $! >'" + folder + "'/child-$1",
                "mv '" + folder + "'/child-$1 '" + folder + "'/started-$1",
                "wait");
        Path request = Files.writeString(folder.resolve("request"), "{\"secrets\": [\"a\", \"b\"]}");
        Process backend = new ProcessBuilder(
                        copy(folder).toString(),
                        "--timeout=600",
                        tools.resolve("tool").toString(),
                        "{}")
                .redirectInput(request.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        List<ProcessHandle> left = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            Path started = folder.resolve("started-" + name);
            while (!Files.exists(started)) {
                assertThat(backend.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(20); // until the tool runs
            }
            ProcessHandle.of(Long.parseLong(Files.readString(started).strip())).ifPresent(left::add);
        }
        backend.descendants().forEach(left::add);
        assertThat(left).hasSizeGreaterThanOrEqualTo(4);

        shell("kill -" + signal + " " + backend.pid());

        assertThat(backend.waitFor(4, TimeUnit.MINUTES)).isTrue();
        assertThat(backend.exitValue()).isEqualTo(status);
        for (ProcessHandle process : left) {
            process.onExit().orTimeout(4, TimeUnit.MINUTES).join();
        }
    }

    @Test
    void handles_are_asked_for_side_by_side() throws IOException {
        // each call waits until three are there
        standIn(
                "tool",
                "touch '" + folder + "'/at-$1",
                "until [ -e '" + folder + "/at-a' ] && [ -e '" + folder + "/at-b' ] && [ -e '" + folder
                        + "/at-c' ]; do sleep 0.05; done",
                "printf '%s' \"$1\"");

        assertThat(fetch(
                        List.of(
                                "--at-once=3",
                                "--timeout=100",
                                tools.resolve("tool").toString(),
                                "{}"),
                        "a",
                        "b",
                        "c"))
                .isEqualTo(Map.of(
                        new Handle("a"), FetchResult.found("a"),
                        new Handle("b"), FetchResult.found("b"),
                        new Handle("c"), FetchResult.found("c")));
    }

    /** The options in the docs' table are those of the program, no more and no less. */
    @Test
    void the_docs_name_every_option() throws IOException {
        List<String> inDocs = options("(?m)^\\| `--.*", Files.readString(Path.of("..", "..", "docs", "commands.md")));
        List<String> inProgram =
                options("add_argument\\(\"--[\\w-]+", Files.readString(Path.of("..", "backends", "command-backend")));

        assertThat(inDocs).containsExactlyInAnyOrderElementsOf(inProgram).isNotEmpty();
    }

    private static List<String> options(String lines, String text) {
        List<String> options = new ArrayList<>();
        for (MatchResult line : Pattern.compile(lines).matcher(text).results().toList()) {
            String first = line.group().replaceFirst("(?<=.)\\|.*", "");
            Pattern.compile("--[a-z]+(-[a-z]+)*")
                    .matcher(first.startsWith("|") ? line.group().split("\\|", -1)[1] : first)
                    .results()
                    .forEach(option -> options.add(option.group()));
        }
        return options;
    }
}
