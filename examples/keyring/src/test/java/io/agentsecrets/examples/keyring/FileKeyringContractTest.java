package io.agentsecrets.examples.keyring;

import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.contract.SecretBackendContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class FileKeyringContractTest extends SecretBackendContract {

    @TempDir
    private static Path folder;

    @BeforeAll
    static void fills_the_keyring() {
        keyring().set("agent", "plain", SecretValue.of(PLAIN));
        keyring().set("agent", "strange", SecretValue.of(STRANGE));
    }

    private static Keyring keyring() {
        return new FileKeyring(
                folder.resolve("keyring.p12"), new Password(null, Map.of("KEYRING_PASSWORD", "pw"), null));
    }

    @Override
    protected SecretBackend backend() {
        return new KeyringBackend(FileKeyringContractTest::keyring, "agent");
    }
}
