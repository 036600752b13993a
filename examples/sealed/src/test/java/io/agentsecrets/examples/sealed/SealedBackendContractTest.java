package io.agentsecrets.examples.sealed;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.contract.SecretBackendContract;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sealed handle holds its own value, so none is missing: one that cannot be opened is an error. */
class SealedBackendContractTest extends SecretBackendContract {

    @TempDir
    private Path folder;

    private Handle plain = new Handle("plain");
    private Handle strange = new Handle("strange");
    private Handle ofAnotherKey = new Handle("refused");

    @BeforeEach
    void seals_the_values() {
        KeyFile.create(folder.resolve("keys"));
        KeyFile.create(folder.resolve("other-keys"));
        plain = sealed("keys", PLAIN);
        strange = sealed("keys", STRANGE);
        ofAnotherKey = sealed("other-keys", PLAIN);
    }

    private Handle sealed(String keys, String value) {
        return new Handle(KeyFile.read(folder.resolve(keys))
                .seal(SecretValue.of(value), "")
                .toHandle());
    }

    @Override
    protected SecretBackend backend() {
        return new SealedBackend(KeyFile.read(folder.resolve("keys")), null);
    }

    @Override
    protected Handle plain() {
        return plain;
    }

    @Override
    protected Handle strange() {
        return strange;
    }

    @Override
    protected Optional<Handle> refused() {
        return Optional.of(ofAnotherKey);
    }

    @Override
    protected FailureKind kindOfUnknown() {
        return FailureKind.BACKEND_ERROR;
    }
}
