package io.agentsecrets.examples.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileKeyringTest {

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("keyring.p12");
    }

    private FileKeyring keyring(String password) {
        return new FileKeyring(file(), new Password(null, Map.of("KEYRING_PASSWORD", password), null));
    }

    @Test
    void keeps_secrets_by_service_and_key_to_the_letter() {
        String odd = "é😀\n\"quotes\" \\ \u0001 and blanks  ";
        keyring("pw").set("agent", "Key", SecretValue.of("upper"));
        keyring("pw").set("agent", "key", SecretValue.of(odd));
        keyring("pw").set("other", "key", SecretValue.of("o"));

        assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of(odd));
        assertThat(keyring("pw").get("agent", "Key")).isEqualTo(SecretValue.of("upper"));
        assertThat(keyring("pw").get("other", "key")).isEqualTo(SecretValue.of("o"));
        assertThat(keyring("pw").get("agent", "none")).isNull();
        assertThat(keyring("pw").keys("agent")).containsExactly("Key", "key");
        assertThat(keyring("pw").delete("agent", "key")).isTrue();
        assertThat(keyring("pw").delete("agent", "key")).isFalse();
    }

    @Test
    void a_wrong_password_is_an_error_and_changes_nothing() throws IOException {
        keyring("right canary").set("agent", "key", SecretValue.of("value canary"));
        byte[] before = Files.readAllBytes(file());

        assertThatThrownBy(() -> keyring("wrong canary").get("agent", "key"))
                .hasMessageContaining("is wrong, or the file is damaged")
                .hasMessageNotContaining("canary")
                .hasNoCause();
        assertThatThrownBy(() -> keyring("wrong").set("agent", "key", SecretValue.of("x")))
                .hasMessageContaining("is wrong");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void a_damaged_file_is_an_error_wherever_it_is_damaged() throws IOException {
        keyring("pw").set("agent", "key", SecretValue.of("value canary"));
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i += 7) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x55;
            Files.write(file(), damaged);
            try {
                assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of("value canary"));
            } catch (ToolException e) {
                assertThat(e).hasMessageNotContaining("canary").hasNoCause();
                assertThat(e.getMessage()).containsAnyOf("damaged", "not one of this program");
            }
            assertThatThrownBy(() -> {
                        Files.write(file(), java.util.Arrays.copyOf(whole, whole.length / 2));
                        keyring("pw").set("agent", "other", SecretValue.of("x"));
                    })
                    .isInstanceOf(ToolException.class);
        }
        Files.write(file(), new byte[0]);
        assertThatThrownBy(() -> keyring("pw").get("agent", "key")).hasMessageContaining("damaged");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void others_must_not_read_it() throws IOException {
        keyring("pw").set("agent", "key", SecretValue.of("v"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> keyring("pw").get("agent", "key")).hasMessageContaining("chmod 0600");
        assertThatThrownBy(() -> keyring("pw").set("agent", "key", SecretValue.of("w")))
                .hasMessageContaining("chmod 0600");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void the_password_file_must_be_private_too() throws IOException {
        Path password = Files.writeString(folder.resolve("pw"), "pw\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        FileKeyring keyring = new FileKeyring(file(), new Password(password, Map.of(), null));

        assertThatThrownBy(() -> keyring.set("agent", "key", SecretValue.of("v")))
                .hasMessageContaining("chmod 0600");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        keyring.set("agent", "key", SecretValue.of("v"));

        assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of("v"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_credential_of_systemd_may_be_readable_by_an_access_list() throws IOException {
        keyring("pw").set("agent", "key", SecretValue.of("v"));
        Path credential = Files.writeString(folder.resolve("keyring-password"), "pw");
        Files.setPosixFilePermissions(credential, PosixFilePermissions.fromString("r--r-----"));
        Map<String, String> environment = Map.of(
                "KEYRING_FILE",
                file().toString(),
                "KEYRING_BACKEND",
                "file",
                "CREDENTIALS_DIRECTORY",
                folder.toString());

        assertThat(Tool.run(environment, "", Tool.keyring("get", "key")).out()).isEqualTo("v" + System.lineSeparator());
    }

    @Test
    void a_password_in_the_place_of_its_file_is_not_quoted() {
        FileKeyring keyring =
                new FileKeyring(file(), new Password(null, Map.of("KEYRING_PASSWORD_FILE", "canary"), null));

        assertThatThrownBy(() -> keyring.set("agent", "key", SecretValue.of("v")))
                .hasMessageContaining("KEYRING_PASSWORD_FILE")
                .hasMessageNotContaining("canary");
    }

    @Test
    void the_password_of_a_new_file_is_typed_twice_and_then_once() {
        Deque<String> typed = new ArrayDeque<>(List.of("pw", "other", "pw", "pw", "pw"));
        List<String> questions = new ArrayList<>();
        Password.Prompt console = question -> {
            questions.add(question);
            return SecretValue.of(typed.remove());
        };

        assertThatThrownBy(() -> new FileKeyring(file(), new Password(null, Map.of(), console))
                        .set("agent", "key", SecretValue.of("v")))
                .hasMessage("the two were not the same; nothing was changed");
        assertThat(file()).doesNotExist();
        new FileKeyring(file(), new Password(null, Map.of(), console)).set("agent", "key", SecretValue.of("v"));
        new FileKeyring(file(), new Password(null, Map.of(), console)).set("agent", "key", SecretValue.of("w"));

        assertThat(questions)
                .containsExactly(
                        "New password of the keyring file: ",
                        "Again: ",
                        "New password of the keyring file: ",
                        "Again: ",
                        "Password of the keyring file: ");
        assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of("w"));
    }

    @Test
    void without_a_password_it_says_where_to_put_one() {
        FileKeyring keyring = new FileKeyring(file(), new Password(null, Map.of(), null));

        assertThat(keyring.problem()).contains("KEYRING_PASSWORD_FILE");
        assertThatThrownBy(() -> keyring.set("agent", "key", SecretValue.of("v")))
                .hasMessageContaining("KEYRING_PASSWORD_FILE");
    }

    @Test
    void the_password_may_be_the_first_line_of_standard_input() {
        Map<String, String> environment = Map.of("KEYRING_FILE", file().toString(), "KEYRING_BACKEND", "file");

        Tool set = Tool.run(environment, "pw\nv1\nv2\n", Tool.keyring("--password-file", "-", "set", "key"));
        Tool get = Tool.run(environment, "pw\n", Tool.keyring("--password-file", "-", "get", "key"));
        Tool wrong = Tool.run(environment, "canary\n", Tool.keyring("--password-file", "-", "get", "key"));
        Tool none = Tool.run(environment, "", Tool.keyring("--password-file", "-", "get", "key"));
        Tool serve = Tool.run(environment, "pw\n", Tool.keyring("--password-file", "-", "serve"));

        assertThat(set.status()).as(set.err()).isZero();
        assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of("v1\nv2"));
        assertThat(get.out()).isEqualTo("v1\nv2" + System.lineSeparator());
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.err()).contains("is wrong").doesNotContain("canary");
        assertThat(none.err()).contains("needs its password");
        assertThat(serve.status()).isEqualTo(2);
        assertThat(serve.err()).contains("must be in a file");
    }

    @Test
    void a_secret_is_printed_in_utf_8_in_any_locale() {
        keyring("pw").set("agent", "key", SecretValue.of("é😀"));
        Map<String, String> environment = Map.of(
                "KEYRING_FILE", file().toString(), "KEYRING_BACKEND", "file", "KEYRING_PASSWORD", "pw", "LC_ALL", "C");

        assertThat(Tool.run(environment, "", Tool.keyring("get", "key")).out())
                .isEqualTo("é😀" + System.lineSeparator());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_link_to_the_file_stays_a_link_and_the_rights_stay_as_they_are() throws IOException {
        keyring("pw").set("agent", "key", SecretValue.of("v"));
        Path link = Files.createSymbolicLink(folder.resolve("link.p12"), Path.of("keyring.p12"));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--------"));

        new FileKeyring(link, new Password(null, Map.of("KEYRING_PASSWORD", "pw"), null))
                .set("agent", "key", SecretValue.of("w"));

        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("link.p12.lock")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("r--------");
        assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of("w"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void what_root_writes_stays_its_owners() throws IOException {
        assumeThat(Files.getOwner(folder).getName())
                .as("only root can give a file away")
                .isEqualTo("root");
        keyring("pw").set("agent", "key", SecretValue.of("v"));
        PosixFileAttributeView rights = Files.getFileAttributeView(file(), PosixFileAttributeView.class);
        UserPrincipalLookupService users = folder.getFileSystem().getUserPrincipalLookupService();
        rights.setGroup(users.lookupPrincipalByGroupName("nogroup"));
        rights.setOwner(users.lookupPrincipalByName("nobody"));

        keyring("pw").set("agent", "key", SecretValue.of("w"));

        assertThat(rights.readAttributes().owner().getName()).isEqualTo("nobody");
        assertThat(rights.readAttributes().group().getName()).isEqualTo("nogroup");
    }

    @Test
    void many_keys_are_read_with_one_decryption_until_the_file_changes() {
        FileKeyring writer = keyring("pw");
        writer.set("agent", "key", SecretValue.of("v1"));
        List<String> asked = new ArrayList<>();
        FileKeyring reader = new FileKeyring(file(), Password.askedFor(question -> {
            asked.add(question);
            return SecretValue.of("pw");
        }));

        assertThat(reader.get("agent", "key")).isEqualTo(SecretValue.of("v1"));
        SortedMap<String, String> first = reader.secrets("agent");
        assertThat(reader.secrets("agent")).as("not decrypted again").isSameAs(first);
        writer.set("agent", "key", SecretValue.of("v2"));

        assertThat(reader.get("agent", "key")).isEqualTo(SecretValue.of("v2"));
        assertThat(asked).hasSize(1);
    }

    @Test
    void writers_in_several_processes_lose_nothing() throws Exception {
        Map<String, String> environment =
                Map.of("KEYRING_PASSWORD", "pw", "KEYRING_FILE", file().toString(), "KEYRING_BACKEND", "file");
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<Tool>> tools = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int number = i;
            tools.add(threads.submit(() -> Tool.run(environment, "v" + number, Tool.keyring("set", "k" + number))));
        }
        for (Future<Tool> tool : tools) {
            assertThat(tool.get().status()).as(tool.get().err()).isZero();
        }
        threads.shutdown();

        assertThat(keyring("pw").keys("agent")).containsExactly("k0", "k1", "k2", "k3", "k4", "k5");
    }

    @Test
    void what_could_not_be_read_again_is_not_written() {
        keyring("pw").set("agent", "key", SecretValue.of("v"));

        assertThatThrownBy(() -> keyring("pw").set("agent", "k".repeat(60_000), SecretValue.of("v")))
                .hasMessageContaining("1000 characters");
        assertThatThrownBy(() -> keyring("pw").set("agent", "big", SecretValue.of("\u0001".repeat(3_000_000))))
                .hasMessageContaining("would be larger than");
        assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of("v"));
    }

    @Test
    void a_password_that_pkcs_12_does_not_take_is_named() {
        assertThatThrownBy(() -> keyring("p\u00e4ss").set("agent", "key", SecretValue.of("v")))
                .hasMessageContaining("printable characters in ASCII");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_command_line_is_not_quoted_and_a_path_that_the_locale_does_not_know_is_named() {
        Map<String, String> environment =
                Map.of("KEYRING_FILE", file().toString(), "KEYRING_BACKEND", "file", "KEYRING_PASSWORD", "pw");

        Tool argument = Tool.run(environment, "", Tool.keyring("set", "key", "canary"));

        assertThat(argument.status()).isEqualTo(2);
        assertThat(argument.err()).contains("a secret is never an argument").doesNotContain("canary");

        Tool locale = Tool.run(
                Map.of("KEYRING_FILE", folder + "/k\u00e4.p12", "KEYRING_BACKEND", "file", "LC_ALL", "C"),
                "",
                Tool.keyring("get", "key"));

        assertThat(locale.status()).isEqualTo(1);
        assertThat(locale.err()).startsWith("keyring: ");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void root_does_not_write_where_somebody_else_can() throws IOException {
        assumeThat(Files.getOwner(folder).getName()).as("only root must not").isEqualTo("root");
        keyring("pw").set("agent", "key", SecretValue.of("v"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> keyring("pw").set("agent", "key", SecretValue.of("w")))
                .hasMessageContaining("somebody else can write");
        assertThat(keyring("pw").get("agent", "key")).isEqualTo(SecretValue.of("v"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_lock_that_is_none_is_named_and_what_a_killed_process_left_goes() throws Exception {
        keyring("pw").set("agent", "key", SecretValue.of("v"));
        Path left = Files.writeString(folder.resolve(".keyring.p12.next"), "left");
        keyring("pw").set("agent", "key", SecretValue.of("w"));
        assertThat(left).doesNotExist();

        Path lock = folder.resolve("keyring.p12.lock");
        Files.delete(lock);
        assertThat(new ProcessBuilder("mkfifo", lock.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> keyring("pw").set("agent", "key", SecretValue.of("x")))
                .hasMessageContaining("keyring.p12.lock is no regular file");
    }
}
