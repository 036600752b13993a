package io.agentsecrets.examples.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
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
    void without_a_password_it_says_where_to_put_one() {
        FileKeyring keyring = new FileKeyring(file(), new Password(null, Map.of(), null));

        assertThat(keyring.problem()).contains("KEYRING_PASSWORD_FILE");
        assertThatThrownBy(() -> keyring.set("agent", "key", SecretValue.of("v")))
                .hasMessageContaining("KEYRING_PASSWORD_FILE");
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
}
