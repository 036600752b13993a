package io.agentsecrets.examples.cli.report;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.cli.output.Page;
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

/** The text of {@code agent configcheck}: one block for each source, as the Agent prints it (docs/spec.md, section 9). */
public final class ConfigcheckText {

    private static final DumpSettings YAML = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(Integer.MAX_VALUE)
            .setSplitLines(false)
            .build();

    private final Page page = new Page();
    private final Reasons reasons = new Reasons();
    private final Dump dump = new Dump(YAML, new MaskRepresenter());

    private ConfigcheckText() {}

    public static String of(List<CheckedSource> sources, @Nullable BackendStatus rights) {
        ConfigcheckText printed = new ConfigcheckText();
        if (rights != null) {
            rights.lines().forEach(printed.page::line);
            printed.page.line("");
        }
        sources.forEach(printed::block);
        return printed.page.toString();
    }

    private void block(CheckedSource source) {
        page.line("=== " + source.source().replaceFirst("\\.ya?ml$", "") + " check ===");
        page.line("Source: " + Provider.of(source.source()).title());
        for (ConfigWarning warning : source.warnings()) {
            page.line("Warning: "
                    + place(warning.origin().line(), warning.origin().column()) + warning.message());
        }
        if (source.isDropped()) {
            page.line("Dropped:");
            source.errors().forEach(problem -> error(source.source(), problem));
        }
        int instance = 1;
        boolean first = true;
        for (Object document : source.documents()) {
            if (!first) {
                page.line("---");
            }
            first = false;
            instance = document(document, instance);
        }
        page.line("===");
        page.line("");
    }

    private void error(String source, CheckedSource.Problem problem) {
        String where = problem.handle() == null
                ? ""
                : HandleSyntax.enc().format(problem.handle()) + " at " + problem.path() + ": ";
        String why = reasons.of(source, problem.kind(), problem.message());
        page.line("  " + place(problem.line(), problem.column()) + where + why + " ("
                + problem.kind().code() + ")");
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
            page.line("Instance " + number++ + ":");
            yaml(instance);
            page.line("~");
        }
        Object initConfig = map.get("init_config");
        if (initConfig != null && !Map.of().equals(initConfig)) {
            page.line("Init Config:");
            yaml(initConfig);
        }
        return number;
    }

    private void yaml(@Nullable Object tree) {
        page.lines(dump.dumpToString(tree));
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
