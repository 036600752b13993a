package io.agentsecrets.examples.agent;

import java.util.Locale;

/** Where a configuration comes from. All but files are told by a source's name, or its beginning. */
enum Provider {
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

    static Provider of(String source) {
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
    String title() {
        return title + " Configuration Provider";
    }

    /** As scripts see it. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
