package io.agentsecrets.examples.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.javakeyring.PasswordAccessException;
import io.agentsecrets.SecretValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The choice of a store, and what is made of what java-keyring answers on Windows and macOS. */
class KeyringsTest {

    private final Map<String, String> passwords = new HashMap<>();

    private SystemKeyring system(String name, @Nullable String problem) {
        return new SystemKeyring(name, problem, () -> new SystemKeyring.Access() {
            @Override
            public String getPassword(String service, String key) throws PasswordAccessException {
                String password = passwords.get(service + "/" + key);
                if (password == null) {
                    throw new PasswordAccessException("canary");
                }
                return password;
            }

            @Override
            public void setPassword(String service, String key, String password) throws PasswordAccessException {
                if (key.equals("refused")) {
                    throw new PasswordAccessException(password);
                }
                passwords.put(service + "/" + key, password);
            }

            @Override
            public void deletePassword(String service, String key) {
                passwords.remove(service + "/" + key);
            }
        });
    }

    @Test
    void sets_reads_and_deletes() {
        SystemKeyring keyring = system("windows", null);

        keyring.set("agent", "k", SecretValue.of("v"));

        assertThat(keyring.get("agent", "k")).isEqualTo(SecretValue.of("v"));
        assertThat(keyring.delete("agent", "k")).isTrue();
        assertThat(keyring.delete("agent", "k")).isFalse();
        assertThat(keyring.get("agent", "k")).isNull();
    }

    @Test
    void what_the_library_says_is_not_passed_on() {
        assertThatThrownBy(() -> system("windows", null).set("agent", "refused", SecretValue.of("canary")))
                .hasMessage("the system's keyring refused the secret; is it locked?")
                .hasNoCause();
    }

    @Test
    void the_usable_one_of_the_highest_priority_is_chosen() {
        SystemKeyring broken = system("broken", "no bus");
        SystemKeyring good = system("good", null);

        assertThat(Keyrings.of(List.of(broken, good)).choose(null)).isSameAs(good);
        assertThatThrownBy(() -> Keyrings.of(List.of(broken, good)).choose("broken"))
                .hasMessage("the keyring broken cannot be used: no bus");
        assertThatThrownBy(() -> Keyrings.of(List.of(broken)).choose(null))
                .hasMessage("no keyring can be used:\n  broken: no bus");
    }

    @Test
    void a_store_of_another_system_is_not_usable_here() {
        assertThat(SystemKeyring.windows("Linux").problem()).isEqualTo("it is there on Windows only");
        assertThat(SystemKeyring.mac("Windows 11").problem()).isEqualTo("it is there on macOS only");
        assertThat(SystemKeyring.windows("Windows 11").problem()).isNull();
    }
}
