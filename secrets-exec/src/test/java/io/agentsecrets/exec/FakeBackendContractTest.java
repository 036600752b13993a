package io.agentsecrets.exec;

import io.agentsecrets.SecretBackend;

class FakeBackendContractTest extends SecretBackendContract {

    @Override
    SecretBackend backend() {
        return FakeBackendProgram.withSecrets();
    }
}
