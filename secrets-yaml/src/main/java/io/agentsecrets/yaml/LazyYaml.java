package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.Loggers;
import org.jspecify.annotations.Nullable;

/** A YAML text that is parsed on demand, once, and whose warnings are logged then. Thread-safe. */
final class LazyYaml {

    private final String source;
    private final String text;
    private final YamlOptions options;
    private volatile @Nullable ParsedYaml parsed;

    LazyYaml(String source, String text, YamlOptions options) {
        this.source = source;
        this.text = text;
        this.options = options;
    }

    /**
     * Returns the parsed text.
     *
     * @throws ConfigException if it cannot be used
     */
    ParsedYaml get() {
        ParsedYaml known = parsed;
        return known != null ? known : parse();
    }

    /** Parses once. The lock is this object, which nobody else can lock: another one would have to be allocated for each text. */
    private synchronized ParsedYaml parse() {
        ParsedYaml known = parsed;
        if (known == null) {
            known = ParsedYaml.parse(source, text, options);
            parsed = known;
            for (ConfigWarning warning : known.warnings()) {
                Loggers.of(YamlConfig.class).warn("{}: {}", warning.origin(), warning.message());
            }
        }
        return known;
    }
}
