package io.agentsecrets.examples.cli.report;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.cli.provider.Provider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.RepresentToNode;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/** The text of {@code agent configcheck}: a block a source, as the Agent prints it (SPEC.md, section 9). */
public final class ConfigcheckText {

    private static final DumpSettings YAML = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(Integer.MAX_VALUE)
            .setSplitLines(false)
            .build();

    private final StringBuilder text = new StringBuilder();
    private final Dump dump = new Dump(YAML, new MaskRepresenter());

    private ConfigcheckText() {}

    public static String of(List<CheckedSource> sources, @Nullable BackendStatus rights) {
        ConfigcheckText printed = new ConfigcheckText();
        if (rights != null) {
            rights.lines().forEach(printed::line);
            printed.line("");
        }
        sources.forEach(printed::block);
        return printed.text.toString();
    }

    private void block(CheckedSource source) {
        line("=== " + source.source().replaceFirst("\\.ya?ml$", "") + " check ===");
        line("Source: " + Provider.of(source.source()).title());
        for (ConfigWarning warning : source.warnings()) {
            line("Warning: " + place(warning.origin().line(), warning.origin().column()) + warning.message());
        }
        if (source.isDropped()) {
            line("Dropped:");
            source.errors().forEach(this::error);
        }
        int instance = 1;
        boolean first = true;
        for (Object document : source.documents()) {
            if (!first) {
                line("---");
            }
            first = false;
            instance = document(document, instance);
        }
        line("===");
        line("");
    }

    private void error(CheckedSource.Problem problem) {
        StringBuilder error = new StringBuilder("  ").append(place(problem.line(), problem.column()));
        if (problem.handle() != null) {
            error.append(onOneLine(HandleSyntax.enc().format(problem.handle())))
                    .append(" at ")
                    .append(onOneLine(String.valueOf(problem.path())))
                    .append(": ");
        }
        line(error.append(problem.message())
                .append(" (")
                .append(problem.kind().code())
                .append(')')
                .toString());
    }

    /** What stands in a configuration must not forge lines or colours of this one. */
    private static String onOneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }

    private static String place(int line, int column) {
        return line == 0 ? "" : "line " + line + ", column " + column + ": ";
    }

    /** Prints one document and returns the number of the next instance. */
    private int document(@Nullable Object document, int firstInstance) {
        if (!(document instanceof Map<?, ?> map && map.get("instances") instanceof List<?> instances)) {
            yaml(document);
            return firstInstance;
        }
        int number = firstInstance;
        for (Object instance : instances) {
            line("Instance " + number++ + ":");
            yaml(instance);
            line("~");
        }
        Object initConfig = map.get("init_config");
        if (initConfig != null && !Map.of().equals(initConfig)) {
            line("Init Config:");
            yaml(initConfig);
        }
        return number;
    }

    private void yaml(@Nullable Object tree) {
        text.append(dump.dumpToString(tree));
        if (text.charAt(text.length() - 1) != '\n') {
            text.append('\n');
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** Writes masks in double quotes, as the Agent does. */
    private static final class MaskRepresenter extends StandardRepresenter {
        MaskRepresenter() {
            super(YAML);
            RepresentToNode strings = Objects.requireNonNull(representers.get(String.class));
            representers.put(
                    String.class,
                    value -> SecretValue.MASK.equals(value)
                            ? representScalar(
                                    getTag(String.class, Tag.STR), SecretValue.MASK, ScalarStyle.DOUBLE_QUOTED)
                            : strings.representData(value));
        }
    }
}
