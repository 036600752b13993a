package io.agentsecrets.examples.benchmarks;

import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.yaml.YamlConfig;
import java.nio.file.Path;

/** The shortest agent: resolves one file through an executable and ends. */
final class FirstFile {

    private FirstFile() {}

    /** Resolves the file of the first argument through the executable of the second one, to a {@code text} or a {@code tree}. */
    public static void main(String[] arguments) {
        ExecBackend backend = ExecBackend.builder(Path.of(arguments[1])).build();
        SecretResolver resolver = SecretResolver.builder(backend).build();
        YamlConfig config = YamlConfig.read(Path.of(arguments[0]));
        if ((arguments[2].equals("text") ? config.rewrite(resolver) : config.resolve(resolver)) == null) {
            throw new IllegalStateException("the file is empty");
        }
    }
}
