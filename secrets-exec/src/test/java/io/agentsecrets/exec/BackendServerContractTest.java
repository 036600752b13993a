package io.agentsecrets.exec;

import io.agentsecrets.SecretBackend;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A backend in memory behind {@link BackendServer}, in a Java program that {@link ExecBackend} starts. */
@DisabledOnOs(OS.WINDOWS)
class BackendServerContractTest extends ExecutableContract {

    private static Path script = Path.of("/");

    @BeforeAll
    static void writes_the_script(@TempDir Path folder) throws IOException {
        script = JavaProgram.script(folder, FakeBackendProgram.class);
    }

    @Override
    protected SecretBackend backend() {
        return ExecBackend.builder(script).timeout(Conditions.PATIENCE).build();
    }
}
