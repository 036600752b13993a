package io.agentsecrets.exec;

import io.agentsecrets.FailureKind;
import io.agentsecrets.contract.SecretBackendContract;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;

/** An executable around a backend in memory. With an argument, the backend fails with it as the message. */
final class FakeBackendProgram {

    private FakeBackendProgram() {}

    public static void main(String[] arguments) {
        FakeBackend backend = withSecrets();
        if (arguments.length > 0) {
            backend.fail(FailureKind.TIMEOUT, arguments[0]);
        }
        System.exit(BackendServer.run(backend));
    }

    /** The secrets of {@link ExecutableContract}. */
    private static FakeBackend withSecrets() {
        return new FakeBackend()
                .put("plain", SecretBackendContract.PLAIN)
                .put("strange", SecretBackendContract.STRANGE)
                .put("short-lived", SecretBackendContract.PLAIN, Duration.ofSeconds(90))
                .refuse("refused", "no permission");
    }
}
