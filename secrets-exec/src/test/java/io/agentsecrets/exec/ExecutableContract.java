package io.agentsecrets.exec;

import io.agentsecrets.Handle;
import io.agentsecrets.contract.SecretBackendContract;
import java.util.Optional;

/** The contract of executables that also refuse a handle and limit the time of another. */
abstract class ExecutableContract extends SecretBackendContract {

    @Override
    protected Optional<Handle> shortLived() {
        return Optional.of(new Handle("short-lived"));
    }

    @Override
    protected Optional<Handle> refused() {
        return Optional.of(new Handle("refused"));
    }
}
