package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.tree.TemplateVariables;
import io.agentsecrets.yaml.YamlOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Lists the YAML files that {@code agent audit} reads: those of the agent's home, or files and folders that are named. */
public final class AuditedFiles {

    private static final YamlOptions TEMPLATE =
            YamlOptions.builder().variables(TemplateVariables.none()).build();

    private AuditedFiles() {}

    /**
     * Lists the main configuration, the check files and the templates of autodiscovery.
     *
     * @param main the main configuration
     * @throws ConfigException if the main configuration cannot be read, or a folder that it names
     */
    public static List<Path> ofHome(Path main) {
        MainConfig config = MainConfig.read(main, TEMPLATE);
        List<Path> files = new ArrayList<>(List.of(main));
        for (String folder : List.of("confd_path", "autoconf_path")) {
            Path named = config.path(folder, "a folder");
            Path usual = config.beside(folder.equals("confd_path") ? "conf.d" : "auto_conf.d");
            if (named != null || Files.isDirectory(usual)) {
                files.addAll(of(named == null ? usual : config.folder(folder, named.toString())));
            }
        }
        return files;
    }

    /**
     * Lists a file that is named, or the YAML files of a folder and the folders in it.
     *
     * @throws ConfigException if it cannot be read
     */
    public static List<Path> of(Path named) {
        if (!Files.isDirectory(named)) {
            return List.of(named);
        }
        try (Stream<Path> found = Files.walk(named, 32, FileVisitOption.FOLLOW_LINKS)) {
            return found.filter(file -> isYaml(named, file)).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigException(FailureKind.CONFIG, named.toString(), problem(e));
        }
    }

    private static boolean isYaml(Path folder, Path file) {
        String name = String.valueOf(file.getFileName());
        boolean hidden = false;
        for (Path step : folder.relativize(file)) {
            hidden |= step.toString().startsWith(".");
        }
        return !hidden && (name.endsWith(".yaml") || name.endsWith(".yml")) && !Files.isDirectory(file);
    }

    private static String problem(Exception e) {
        return e instanceof IOException failure
                ? FileProblem.of(failure)
                : e.getCause() instanceof IOException cause ? FileProblem.of(cause) : "it cannot be read";
    }
}
