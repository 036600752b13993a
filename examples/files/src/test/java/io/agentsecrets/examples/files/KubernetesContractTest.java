package io.agentsecrets.examples.files;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.contract.SecretBackendContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class KubernetesContractTest extends SecretBackendContract {

    @TempDir
    private static Path folder;

    private static ApiServer server;

    @BeforeAll
    static void starts_a_server() throws Exception {
        server = new ApiServer(folder);
    }

    @AfterAll
    static void stops_it() {
        server.close();
    }

    @Override
    protected SecretBackend backend() {
        return new Main.StoreBackend(() -> new PrefixedStore(List.of(folder), server::secrets), false);
    }

    @Override
    protected Handle plain() {
        return new Handle("k8s_secret@prod/db/plain");
    }

    @Override
    protected Handle strange() {
        return new Handle("k8s_secret@prod/db/strange");
    }

    @Override
    protected Handle unknown() {
        return new Handle("k8s_secret@prod/none/plain");
    }

    @Override
    protected Optional<Handle> refused() {
        return Optional.of(new Handle("k8s_secret@prod/denied/plain"));
    }
}
