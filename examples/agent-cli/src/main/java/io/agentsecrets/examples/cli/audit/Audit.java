package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of an audit: the plain secrets in some files.
 *
 * @param files how many were read
 * @param secrets the plain secrets that are not allowed
 * @param allowed how many plain secrets are allowed
 * @param errors why files could not be read
 */
public record Audit(int files, List<PlainSecret> secrets, int allowed, List<ConfigException> errors) {

    /** Copies the lists. */
    public Audit {
        secrets = List.copyOf(secrets);
        errors = List.copyOf(errors);
    }

    /** Audits files. One that cannot be read becomes an error, and the others are still read. */
    public static Audit of(List<Path> files, AllowList allowed) {
        List<PlainSecret> secrets = new ArrayList<>();
        List<ConfigException> errors = new ArrayList<>();
        for (Path file : files) {
            try {
                secrets.addAll(PlainSecrets.in(file.toString(), text(file)));
            } catch (ConfigException e) {
                errors.add(e);
            }
        }
        int all = secrets.size();
        secrets.removeIf(secret -> allowed.allows(secret.place()));
        return new Audit(files.size() - errors.size(), secrets, all - secrets.size(), errors);
    }

    /**
     * Reads a file as the library reads check files, so that both refuse the same files in the same words.
     *
     * @throws ConfigException if it cannot be read, is not a regular file or is too long
     */
    public static String text(Path file) {
        YamlConfig.read(file.toString(), file, YamlOptions.defaults());
        try {
            return Files.readString(file);
        } catch (IOException goneMeanwhile) {
            throw new ConfigException(FailureKind.CONFIG, file.toString(), FileProblem.of(goneMeanwhile));
        }
    }
}
