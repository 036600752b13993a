package io.agentsecrets.examples.keyring;

import com.github.javakeyring.BackendNotSupportedException;
import com.github.javakeyring.KeyringStorageType;
import com.github.javakeyring.PasswordAccessException;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The Windows Credential Locker or the macOS Keychain, through the library java-keyring. Neither was tried on its system: what is
 * proven is how this class deals with what the library answers.
 */
final class SystemKeyring implements Keyring {

    private final String name;
    private final @Nullable String problem;
    private final Opener opener;
    private @Nullable Access access;

    /** What of java-keyring is used; a seam for tests. */
    interface Access {
        String getPassword(String service, String key) throws PasswordAccessException;

        void setPassword(String service, String key, String password) throws PasswordAccessException;

        void deletePassword(String service, String key) throws PasswordAccessException;
    }

    /** Opens the store. */
    interface Opener {
        Access open() throws BackendNotSupportedException;
    }

    SystemKeyring(String name, @Nullable String problem, Opener opener) {
        this.name = name;
        this.problem = problem;
        this.opener = opener;
    }

    static SystemKeyring windows(String system) {
        return new SystemKeyring(
                "windows",
                system.startsWith("Windows") ? null : "it is there on Windows only",
                () -> access(KeyringStorageType.WINDOWS_CREDENTIAL_STORE));
    }

    static SystemKeyring mac(String system) {
        return new SystemKeyring(
                "macos",
                system.startsWith("Mac") ? null : "it is there on macOS only",
                () -> access(KeyringStorageType.OSX_KEYCHAIN));
    }

    private static Access access(KeyringStorageType type) throws BackendNotSupportedException {
        com.github.javakeyring.Keyring keyring = com.github.javakeyring.Keyring.create(type);
        return new Access() {
            @Override
            public String getPassword(String service, String key) throws PasswordAccessException {
                return keyring.getPassword(service, key);
            }

            @Override
            public void setPassword(String service, String key, String password) throws PasswordAccessException {
                keyring.setPassword(service, key, password);
            }

            @Override
            public void deletePassword(String service, String key) throws PasswordAccessException {
                keyring.deletePassword(service, key);
            }
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int priority() {
        return 5;
    }

    @Override
    public @Nullable String problem() {
        return problem;
    }

    /** The library tells in the same way that there is no such password and that it may not be read. */
    @Override
    public @Nullable SecretValue get(String service, String key) {
        try {
            return SecretValue.of(Objects.requireNonNullElse(open().getPassword(service, key), ""));
        } catch (PasswordAccessException e) {
            return null;
        }
    }

    @Override
    public void set(String service, String key, SecretValue value) {
        try {
            open().setPassword(service, key, value.reveal());
        } catch (PasswordAccessException e) {
            throw new ToolException("the system's keyring refused the secret; is it locked?");
        }
    }

    @Override
    public boolean delete(String service, String key) {
        if (get(service, key) == null) {
            return false;
        }
        try {
            open().deletePassword(service, key);
            return true;
        } catch (PasswordAccessException e) {
            throw new ToolException("the system's keyring did not let go of the secret; is it locked?");
        }
    }

    @Override
    public SortedSet<String> keys(String service) {
        throw new ToolException(
                "the keyring " + name + " cannot list its keys; look at them in the system's own program");
    }

    private Access open() {
        if (access == null) {
            try {
                access = opener.open();
            } catch (BackendNotSupportedException e) {
                throw new ToolException("the system's keyring cannot be opened");
            }
        }
        return access;
    }
}
