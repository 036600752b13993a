package io.agentsecrets.exec;

import io.agentsecrets.FailureKind;
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

    /** The secrets that every backend of {@link SecretBackendContract} has. */
    static FakeBackend withSecrets() {
        return new FakeBackend()
                .put("plain", "hunter22")
                .put("strange", " \"\\\n\t\u0000zażółć \ud83d\udd11 ")
                .put("short-lived", "s3cret99", Duration.ofMillis(1500))
                .refuse("refused", "no permission");
    }
}
