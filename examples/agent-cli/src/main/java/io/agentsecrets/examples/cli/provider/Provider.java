package io.agentsecrets.examples.cli.provider;

import java.util.Locale;

/** Where a configuration comes from. All but files are told by a source's name, or its beginning. */
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

    /** As {@code configcheck} prints it. */
    public String title() {
        return title + " Configuration Provider";
    }

    /** As scripts see it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
