package io.agentsecrets.examples.cli.command;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.yaml.YamlConfig;

/** Near misses. The library logs them; a command that prints them itself keeps them out of the log. */
final class YamlWarnings {

    private YamlWarnings() {}

    /** Tells that this command prints them; to be called before the first configuration is read. */
    static void areShown() {
        System.setProperty("org.slf4j.simpleLogger.log." + YamlConfig.class.getName(), "error");
    }

    /** Prints those of the main configuration, which has no block of its own. */
    static void print(Page page, YamlConfig main) {
        try {
            for (ConfigWarning warning : main.warnings()) {
                page.line("Warning: " + warning.origin() + ": " + warning.message());
            }
        } catch (ConfigException unreadable) {
            // which is said elsewhere
        }
    }
}
