package io.agentsecrets.examples.files;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Secrets as the Agent's {@code readsecret_multiple_providers.sh} names them: {@code file@/path} is a file below one of some
 * folders, {@code k8s_secret@namespace/name/key} a value of a Kubernetes secret. A name without a prefix is a path below the first
 * folder.
 */
final class PrefixedStore implements SecretStore {

    private final List<Path> folders;
    private final Supplier<SecretStore> cluster;
    private @Nullable SecretStore opened;

    /**
     * Creates a store.
     *
     * @param folders the only ones that are read from
     * @param cluster opens the store of {@code k8s_secret@}; called once at most, when the first secret of it is wanted
     */
    PrefixedStore(List<Path> folders, Supplier<SecretStore> cluster) {
        this.folders = List.copyOf(folders);
        this.cluster = cluster;
    }

    @Override
    public @Nullable SecretValue find(String name) {
        int at = name.indexOf('@');
        String prefix = at < 0 ? "" : name.substring(0, at);
        String rest = name.substring(at + 1);
        return switch (prefix) {
            case "file" -> file(rest);
            case "k8s_secret" -> cluster().find(rest);
            case "" -> firstFolder().find(name);
            default -> throw new ToolException("a handle must begin with file@ or k8s_secret@");
        };
    }

    private @Nullable SecretValue file(String path) {
        for (Path folder : folders) {
            String start = folder.toAbsolutePath() + "/";
            if (path.startsWith(start)) {
                return new DirectoryStore(folder).find(path.substring(start.length()));
            }
        }
        throw new ToolException("the file is below no folder that may be read: " + folders);
    }

    private DirectoryStore firstFolder() {
        if (folders.isEmpty()) {
            throw new ToolException("no folder may be read: --prefixed names none");
        }
        return new DirectoryStore(folders.get(0));
    }

    private SecretStore cluster() {
        if (opened == null) {
            opened = cluster.get();
        }
        return opened;
    }
}
