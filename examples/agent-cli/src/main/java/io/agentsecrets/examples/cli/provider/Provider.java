package io.agentsecrets.examples.cli.provider;

import java.util.Locale;

/** The origin of a configuration. A source's name or its prefix shows the provider; all other names are files. */
public enum Provider {
    FILE("", "File"),
    ETCD("etcd:", "Etcd"),
    AUTODISCOVERY("autodiscovery:", "Autodiscovery"),
    ENVIRONMENT("environment", "Environment");

    private final String prefix;
    private final String title;

    Provider(String prefix, String title) {
        this.prefix = prefix;
        this.title = title;
    }

    public static Provider of(String source) {
        for (Provider provider : values()) {
            if (provider != FILE && provider.hasNamed(source)) {
                return provider;
            }
        }
        return FILE;
    }

    private boolean hasNamed(String source) {
        return prefix.endsWith(":") ? source.startsWith(prefix) : source.equals(prefix);
    }

    String prefix() {
        return prefix;
    }

    /** The name that {@code configcheck} prints. */
    public String title() {
        return title + " Configuration Provider";
    }

    /** The name that scripts see in JSON. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
