package io.agentsecrets.examples.files;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.contract.SecretBackendContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class DirectoryContractTest extends SecretBackendContract {

    @TempDir
    private Path folder;

    @Override
    protected SecretBackend backend() throws IOException {
        Files.writeString(folder.resolve("plain"), PLAIN);
        Files.writeString(folder.resolve("strange"), STRANGE);
        Files.write(folder.resolve("refused"), new byte[] {'h', (byte) 0xff});
        return new Main.StoreBackend(() -> new DirectoryStore(folder), false);
    }

    @Override
    protected Optional<Handle> refused() {
        return Optional.of(new Handle("refused"));
    }
}
