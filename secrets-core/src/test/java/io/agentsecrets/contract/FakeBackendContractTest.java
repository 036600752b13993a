package io.agentsecrets.contract;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.testing.FakeBackend;
import java.util.Optional;

class FakeBackendContractTest extends SecretBackendContract {

    @Override
    protected SecretBackend backend() {
        return new FakeBackend()
                .put("plain", PLAIN)
                .put("strange", STRANGE)
                .put("short-lived", PLAIN, TIME_TO_LIVE)
                .refuse("refused", "no permission");
    }

    @Override
    protected Optional<Handle> shortLived() {
        return Optional.of(new Handle("short-lived"));
    }

    @Override
    protected Optional<Handle> refused() {
        return Optional.of(new Handle("refused"));
    }
}
