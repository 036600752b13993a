package io.agentsecrets.examples.cli.command;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a command line in the language of {@code man}, from the same annotations as its help. */
final class ManPage {

    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    static String of(CommandSpec root) {
        ManPage manual = new ManPage();
        manual.head(root);
        manual.options(root);
        root.subcommands().forEach(manual::command);
        manual.section("EXIT STATUS");
        manual.exitStatus(root.usageMessage().exitCodeList());
        return manual.page.toString();
    }

    private void head(CommandSpec root) {
        page.append(".TH ").append(root.name().toUpperCase(Locale.ROOT)).append(" 1\n");
        section("NAME");
        line(root.name() + " \\- " + description(root.usageMessage().description()));
        section("SYNOPSIS");
        line("\\fB" + root.name() + "\\fR [\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]");
        section("OPTIONS OF ALL COMMANDS");
    }

    private void command(String name, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.usageMessage().hidden() || !name.equals(spec.name())) {
            return;
        }
        section(spec.qualifiedName().toUpperCase(Locale.ROOT));
        line(description(spec.usageMessage().description()));
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            tagged("\\fI" + text(parameter.paramLabel()) + "\\fR", description(parameter.description()));
        }
        options(spec);
        spec.subcommands().forEach(this::command);
    }

    private void options(CommandSpec spec) {
        for (OptionSpec option : spec.options()) {
            boolean ofAll = option.inherited() || option.usageHelp() || option.versionHelp();
            if (option.hidden() || (ofAll && spec.parent() != null)) {
                continue;
            }
            String label = option.arity().max() == 0 ? "" : " \\fI" + text(option.paramLabel()) + "\\fR";
            tagged(
                    "\\fB" + text(String.join(", ", option.names())) + "\\fR" + label,
                    description(option.description()));
        }
    }

    private void exitStatus(Map<String, String> statuses) {
        statuses.forEach((status, meaning) -> tagged(text(status), text(meaning)));
    }

    private void section(String title) {
        page.append(".SH ").append(text(title)).append('\n');
    }

    private void tagged(String term, String description) {
        page.append(".TP\n");
        line(term);
        line(description);
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private static String description(String[] paragraphs) {
        return text(String.join(" ", List.of(paragraphs)).replace("%n", " ").strip());
    }

    /** Text that man shows as it is. */
    private static String text(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
