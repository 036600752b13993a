package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.OneLine;
import io.agentsecrets.Resolution;
import io.agentsecrets.resolver.SecretResolver;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of YAML configurations that are resolved with one call to the backend. One that cannot be read, parsed or resolved
 * is dropped; the others are not affected. Immutable and thread-safe.
 */
public final class YamlConfigs {

    private final Map<String, YamlConfig> configs = new LinkedHashMap<>();

    private YamlConfigs(Collection<YamlConfig> configs) {
        for (YamlConfig config : configs) {
            if (this.configs.put(config.source(), config) != null) {
                throw new IllegalArgumentException("two configurations have the name " + OneLine.of(config.source()));
            }
        }
    }

    /**
     * Returns a set of configurations.
     *
     * @param configs configurations with different names
     * @return the configurations, in the same order
     * @throws IllegalArgumentException if two have the same name
     */
    public static YamlConfigs of(Collection<YamlConfig> configs) {
        return new YamlConfigs(configs);
    }

    /**
     * Reads the files of a folder, such as {@code conf.d}, and of the folders in it. Only names that end in {@code .yaml}
     * or {@code .yml} count, and names that start with a dot are ignored. Links are followed, as configurations that are
     * mounted into a container are links. A source is named by its path in the folder: {@code team/redis.yaml}.
     *
     * @param folder the folder
     * @param options how to read the files
     * @return the configurations, sorted by name; one that cannot be read is dropped when it is resolved
     * @throws ConfigException if the folder itself cannot be read
     */
    public static YamlConfigs readFolder(Path folder, YamlOptions options) {
        String name = String.valueOf(folder.getFileName());
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw Utf8Text.unreadable(name, folder, "it is no folder; name the folder that the files are in");
        }
        SortedMap<String, YamlConfig> found = new TreeMap<>();
        try {
            Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), 32, new Collector(folder, options, found));
        } catch (IOException e) {
            throw Utf8Text.unreadable(name, folder, e);
        }
        return new YamlConfigs(found.values());
    }

    /**
     * Returns the configurations.
     *
     * @return all of them, also those that cannot be read
     */
    public List<YamlConfig> configs() {
        return List.copyOf(configs.values());
    }

    /**
     * Resolves all to trees, with one call to the backend.
     *
     * @param resolver where the values come from
     * @return the documents of each configuration, or why it is dropped, by name
     */
    public Map<String, Resolution<List<@Nullable Object>>> resolve(SecretResolver resolver) {
        return resolver.resolveAll(
                configs.values().stream().map(YamlConfig::trees).toList());
    }

    /**
     * Resolves all to texts, with one call to the backend.
     *
     * @param resolver where the values come from
     * @return the new text of each configuration, or why it is dropped, by name
     */
    public Map<String, Resolution<String>> rewrite(SecretResolver resolver) {
        return resolver.resolveAll(
                configs.values().stream().map(YamlConfig::text).toList());
    }

    /** Collects the files of a folder. One that cannot be read becomes a configuration that is unavailable. */
    private static final class Collector extends SimpleFileVisitor<Path> {

        private final Path folder;
        private final YamlOptions options;
        private final Map<String, YamlConfig> found;

        Collector(Path folder, YamlOptions options, Map<String, YamlConfig> found) {
            this.folder = folder;
            this.options = options;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            boolean hidden = !directory.equals(folder) && isHidden(directory);
            return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = String.valueOf(file.getFileName());
            if (isHidden(file) || !(name.endsWith(".yaml") || name.endsWith(".yml"))) {
                return FileVisitResult.CONTINUE;
            }
            String source = source(file);
            try {
                found.put(source, YamlConfig.read(source, file, options));
            } catch (ConfigException e) {
                found.put(source, YamlConfig.unavailable(e));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(folder)) {
                throw e;
            }
            if (!isHidden(file)) {
                String source = source(file);
                found.put(source, YamlConfig.unavailable(Utf8Text.unreadable(source, file, e)));
            }
            return FileVisitResult.CONTINUE;
        }

        private static boolean isHidden(Path file) {
            return String.valueOf(file.getFileName()).startsWith(".");
        }

        private String source(Path file) {
            return folder.relativize(file).toString().replace('\\', '/');
        }
    }
}
