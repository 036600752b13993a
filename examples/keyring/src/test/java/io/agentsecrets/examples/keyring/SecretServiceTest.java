package io.agentsecrets.examples.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real stores on a session bus of their own, each with a private home, beside the tools of their peers. */
@EnabledOnOs(OS.LINUX)
class SecretServiceTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void a_private_home() throws IOException {
        Files.createDirectories(folder.resolve("home/.config/keepassxc"));
        Files.createDirectory(folder.resolve("run"));
        Files.setPosixFilePermissions(folder.resolve("run"), PosixFilePermissions.fromString("rwx------"));
    }

    private static void need(String... programs) {
        for (String program : programs) {
            boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                    .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
            if (!found) {
                System.out.println("skipped: " + program + " is not installed");
            }
            assumeTrue(found, program + " is not installed");
        }
    }

    /** Runs a script on a new session bus, with {@code keyring} as a function. */
    private Tool onBus(String... lines) throws IOException {
        Path script = folder.resolve("script");
        Files.writeString(
                script,
                "keyring() { " + Tool.keyringLine() + " \"$@\"; }\n"
                        + "unlock() { printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; }\n"
                        + String.join("\n", lines) + "\n");
        Map<String, String> environment = Map.of(
                "HOME", folder.resolve("home").toString(),
                "XDG_RUNTIME_DIR", folder.resolve("run").toString(),
                "XDG_CONFIG_HOME", folder.resolve("home/.config").toString(),
                "XDG_DATA_HOME", folder.resolve("home/.local").toString(),
                "TMPDIR", folder.resolve("run").toString(),
                "LC_ALL", "C.UTF-8",
                "DISPLAY", "");
        return Tool.run(environment, "", List.of("dbus-run-session", "--", "bash", script.toString()));
    }

    @Test
    void values_cross_both_ways_between_this_tool_secret_tool_and_python() throws IOException {
        need("dbus-run-session", "gnome-keyring-daemon", "secret-tool");

        Tool tool = onBus(
                "unlock",
                "printf 'from ours é\\n' | keyring set k1",
                "secret-tool lookup service agent username k1; echo",
                "printf 'from tool' | secret-tool store --label=demo service agent username k2",
                "keyring get k2",
                "if /usr/bin/python3 -c 'import keyring' 2>/dev/null; then",
                "  /usr/bin/python3 -c \"import keyring; keyring.set_password('agent', 'k3', 'from python');"
                        + " print(keyring.get_password('agent', 'k1'))\"",
                "  keyring get k3",
                "else echo 'from ours é'; echo 'from python'; echo 'skipped: python3-keyring is not installed' >&2; fi",
                "printf 'changed' | keyring set k1",
                "secret-tool lookup service agent username k1; echo",
                "keyring del k1; echo $?; keyring del k1; echo $?",
                "keyring list | head -n 1");

        assertThat(tool.out()).isEqualTo("from ours é\nfrom tool\nfrom ours é\nfrom python\nchanged\n0\n1\nk2\n");
        assertThat(tool.err()).contains("keyring: no such key of the service agent");
    }

    @Test
    void bytes_that_are_no_text_are_an_error_of_their_handle() throws IOException {
        need("dbus-run-session", "gnome-keyring-daemon", "secret-tool");

        Tool tool = onBus(
                "unlock",
                "printf 'v1' | secret-tool store --label=demo service agent username k1",
                "printf 'canary\\377\\376' | secret-tool store --label=demo service agent username bytes",
                "keyring get bytes; echo $?",
                "echo '{\"version\":\"1.0\",\"secrets\":[\"bytes\",\"k1\"]}' | keyring serve");

        assertThat(tool.out())
                .isEqualTo("1\n{\"bytes\":{\"value\":null,\"error\":\"the secret is no text in UTF-8\"},"
                        + "\"k1\":{\"value\":\"v1\",\"error\":null}}");
    }

    @Test
    void answers_an_agent_with_one_start() throws IOException {
        need("dbus-run-session", "gnome-keyring-daemon", "secret-tool");

        Tool tool = onBus(
                "unlock",
                "printf 'v1' | secret-tool store --label=demo service agent username k1",
                "echo '{\"version\":\"1.0\",\"secrets\":[\"k1\",\"none\"]}' | keyring serve");

        assertThat(tool.out())
                .isEqualTo("{\"k1\":{\"value\":\"v1\",\"error\":null}}"); // what does not exist is left out
    }

    @Test
    void no_bus_no_service_and_a_locked_keyring_are_told_apart() throws IOException {
        need("dbus-run-session", "gnome-keyring-daemon", "secret-tool");

        Tool noBus = Tool.run(
                Map.of("XDG_RUNTIME_DIR", folder.resolve("run").toString()),
                "",
                Tool.keyring("--backend", "secret-service", "get", "k"));
        Tool noService = onBus("keyring --backend secret-service get k");
        Tool locked = onBus(
                "unlock",
                "printf v | secret-tool store --label=demo service agent username k",
                "secret-tool lock --collection=login 2>/dev/null || secret-tool lock",
                "keyring get k; echo $?",
                "echo '{\"version\":\"1.0\",\"secrets\":[\"k\"]}' | keyring serve");

        assertThat(noBus.status()).isEqualTo(1);
        assertThat(noBus.err()).contains("there is no session bus");
        assertThat(noService.status()).isEqualTo(1);
        assertThat(noService.err()).contains("nobody on the session bus offers the Secret Service");
        assertThat(locked.out()).startsWith("1\n").contains("\"value\":null").contains("the keyring is locked");
        assertThat(locked.err()).contains("the keyring is locked");
    }

    @Test
    void reads_what_keepassxc_serves() throws IOException {
        need("dbus-run-session", "keepassxc", "keepassxc-cli", "secret-tool", "dbus-send");
        UUID group = UUID.randomUUID();
        Files.writeString(
                folder.resolve("db.xml"),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><KeePassFile><Meta><Generator>test</Generator><CustomData><Item>"
                        + "<Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{" + group
                        + "}</Value></Item></CustomData></Meta>"
                        + "<Root><Group><UUID>" + base64(group)
                        + "</UUID><Name>Root</Name></Group></Root></KeePassFile>");
        Files.writeString(folder.resolve("keepassxc.ini"), """
                [General]
                ConfigVersion=2
                SingleInstance=false
                UpdateCheckMessageShown=true
                [GUI]
                CheckForUpdates=false
                [FdoSecrets]
                Enabled=true
                ShowNotification=false
                ConfirmAccessItem=false
                """);
        String database = folder.resolve("db.kdbx").toString();

        Tool tool = onBus(
                "printf 'pass\\npass\\n' | keepassxc-cli import -p '" + folder.resolve("db.xml") + "' '" + database
                        + "' >/dev/null 2>&1",
                "printf 'pass\\n' | QT_QPA_PLATFORM=offscreen keepassxc --config '" + folder.resolve("keepassxc.ini")
                        + "' --pw-stdin '" + database + "' >/dev/null 2>&1 & keepassxc=$!",
                // who asks before it is there starts gnome-keyring instead
                "names() { dbus-send --session --dest=org.freedesktop.DBus --print-reply /org/freedesktop/DBus"
                        + " org.freedesktop.DBus.ListNames; }",
                "for i in $(seq 200); do names | grep -q org.freedesktop.secrets && break; sleep 0.1; done",
                "store() { printf 'from tool' | timeout 5 secret-tool store --label=demo service agent username k 2>/dev/null; }",
                "for i in $(seq 100); do store && break; sleep 0.1; done",
                "keyring get k",
                "keyring list",
                "kill -9 $keepassxc"); // it passes over SIGTERM when it has no window

        assertThat(tool.out()).as(tool.err()).isEqualTo("from tool\nk\n");
    }

    private static String base64(UUID uuid) {
        return java.util.Base64.getEncoder()
                .encodeToString(java.nio.ByteBuffer.allocate(16)
                        .putLong(uuid.getMostSignificantBits())
                        .putLong(uuid.getLeastSignificantBits())
                        .array());
    }
}
