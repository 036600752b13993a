package io.agentsecrets.exec;

import io.agentsecrets.SecretBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A shell script that knows the secrets, and prints them all whatever it is asked. */
@DisabledOnOs(OS.WINDOWS)
class ExecBackendContractTest extends ExecutableContract {

    private static Path script = Path.of("/");

    @BeforeAll
    static void writes_the_script(@TempDir Path folder) throws IOException {
        String reply = "{\"plain\":{\"value\":\"hunter22\",\"error\":null},"
                + "\"strange\":{\"value\":\" \\\"\\\\\\n\\t'$(x)`%s zażółć \ud83d\udd11 \"},"
                + "\"short-lived\":{\"value\":\"hunter22\",\"ttl\":90},"
                + "\"refused\":{\"value\":null,\"error\":\"no permission\"}}";
        script = Scripts.replying(folder, reply.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected SecretBackend backend() {
        return ExecBackend.builder(script).timeout(Conditions.PATIENCE).build();
    }
}
