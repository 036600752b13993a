package io.agentsecrets.examples.cli.command;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.yaml.YamlConfig;

/** Prints near misses. The library logs them; a command that prints them itself keeps them out of the log. */
final class YamlWarnings {

    private YamlWarnings() {}

    /** Keeps near misses out of the log; to be called before the first configuration is read. */
    static void areShown() {
        System.setProperty("org.slf4j.simpleLogger.log." + YamlConfig.class.getName(), "error");
    }

    /** Prints the near misses of the main configuration, which has no block of its own. */
    static void print(Page page, YamlConfig main) {
        try {
            for (ConfigWarning warning : main.warnings()) {
                page.line("Warning: " + warning.origin() + ": " + warning.message());
            }
        } catch (ConfigException unreadable) {
            // the command reports this elsewhere
        }
    }
}
