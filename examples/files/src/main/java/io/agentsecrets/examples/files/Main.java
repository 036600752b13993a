package io.agentsecrets.examples.files;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.Lines;
import io.agentsecrets.examples.tools.ToolCommandLine;
import io.agentsecrets.examples.tools.ToolException;
import io.agentsecrets.exec.BackendServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The executable: one request on standard input, its reply on standard output. */
@Command(
        name = "files-backend",
        mixinStandardHelpOptions = true,
        version = "files of Agent Secrets",
        description =
                "Answers an agent's request from files; without options, from the directory $CREDENTIALS_DIRECTORY or"
                        + " /run/secrets.")
final class Main implements Callable<Integer> {

    /** The place of the secrets. At most one is given. */
    static final class Place {
        @Option(names = "--json", paramLabel = "FILE", description = "A JSON object; a/b is b in the object a.")
        private @Nullable Path json;

        @Option(names = "--yaml", paramLabel = "FILE", description = "A YAML map; a/b is b in the map a.")
        private @Nullable Path yaml;

        @Option(
                names = "--directory",
                paramLabel = "FOLDER",
                description = "A file for each secret; a/b is b in the folder a.")
        private @Nullable Path directory;

        @Option(
                names = "--prefixed",
                paramLabel = "FOLDER",
                arity = "0..*",
                description = "file@PATH is a file below one of the folders, k8s_secret@NAMESPACE/NAME/KEY a secret of"
                        + " the cluster that this pod runs in.")
        private @Nullable List<Path> prefixed;
    }

    @ArgGroup
    private @Nullable Place place;

    @Option(names = "--strip", description = "Takes one line break off the end of each value.")
    private boolean strip;

    @Option(
            names = "--service-account",
            paramLabel = "FOLDER",
            description = "The token and ca.crt for k8s_secret@; ${DEFAULT-VALUE}.")
    private Path account = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private Main() {}

    /** Ends the JVM with the status of the reply. */
    public static void main(String[] args) {
        System.exit(ToolCommandLine.execute(new Main(), args));
    }

    @Override
    public Integer call() {
        return BackendServer.run(new StoreBackend(this::open, strip));
    }

    private SecretStore open() {
        if (place != null && place.json != null) {
            return TreeStore.json(place.json);
        }
        if (place != null && place.yaml != null) {
            return TreeStore.yaml(place.yaml);
        }
        if (place != null && place.directory != null) {
            return new DirectoryStore(place.directory);
        }
        if (place != null && place.prefixed != null) {
            return new PrefixedStore(place.prefixed, () -> new KubernetesSecrets(System.getenv(), account));
        }
        String credentials = System.getenv("CREDENTIALS_DIRECTORY");
        return new DirectoryStore(Path.of(credentials == null || credentials.isEmpty() ? "/run/secrets" : credentials));
    }

    /** Opens the store once for each call. If it cannot be opened, every handle fails for that reason. */
    record StoreBackend(Callable<SecretStore> stores, boolean strip) implements SecretBackend {

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            Map<Handle, FetchResult> results = new HashMap<>();
            try {
                SecretStore store = stores.call();
                handles.forEach(handle -> results.put(handle, result(store, handle)));
            } catch (ToolException e) {
                handles.forEach(handle -> results.put(handle, FetchResult.failed(String.valueOf(e.getMessage()))));
            } catch (Exception e) {
                // the message of a foreign exception may quote a secret
                handles.forEach(handle -> results.put(
                        handle, FetchResult.failed("failed with " + e.getClass().getSimpleName())));
            }
            return results;
        }

        private FetchResult result(SecretStore store, Handle handle) {
            try {
                SecretValue value = store.find(handle.name());
                return value == null
                        ? FetchResult.missing()
                        : FetchResult.found(strip ? Lines.withoutLineBreak(value.reveal()) : value.reveal());
            } catch (ToolException e) {
                return FetchResult.failed(String.valueOf(e.getMessage()));
            }
        }
    }
}
