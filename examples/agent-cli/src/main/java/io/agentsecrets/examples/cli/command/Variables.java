package io.agentsecrets.examples.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option {@code --var}. */
final class Variables {

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description = "Sets a template variable: --var host=db1 is what %%%%host%%%% stands for. May be repeated.")
    private List<String> given = List.of();

    Variables() {}

    boolean isEmpty() {
        return given.isEmpty();
    }

    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String variable : given) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(spec.commandLine(), "--var must be NAME=VALUE");
            }
            values.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return values;
    }
}
