package io.agentsecrets.examples.cli;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.contract.SecretBackendContract;
import io.agentsecrets.exec.ExecBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/backends/command-backend} over a tool that prints files. */
@DisabledOnOs(OS.WINDOWS)
class CommandBackendContractTest extends SecretBackendContract {

    @TempDir
    private Path folder;

    @Override
    protected SecretBackend backend() throws IOException {
        Files.writeString(folder.resolve("plain"), PLAIN);
        Files.writeString(folder.resolve("strange"), STRANGE);
        Files.write(folder.resolve("refused"), new byte[] {'h', (byte) 0xff});
        return ExecBackend.builder(CommandBackendTest.copy(folder))
                .arguments(List.of(
                        "--missing-status=1", "--missing-text=No such file", "--", "cat", folder.resolve("{}") + ""))
                .timeout(Duration.ofMinutes(2))
                .build();
    }

    @Override
    protected Optional<Handle> refused() {
        return Optional.of(new Handle("refused"));
    }
}
