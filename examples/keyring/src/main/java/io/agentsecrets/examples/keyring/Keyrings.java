package io.agentsecrets.examples.keyring;

import io.agentsecrets.examples.tools.ToolException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stores that this program knows. */
final class Keyrings {

    private final List<Keyring> all;

    private Keyrings(List<Keyring> all) {
        this.all = all.stream()
                .sorted(Comparator.comparingInt(Keyring::priority).reversed())
                .collect(Collectors.toList());
    }

    /**
     * Returns the stores of this system.
     *
     * @param file where the encrypted file is
     * @param password of that file
     */
    static Keyrings of(Path file, Password password) {
        return new Keyrings(List.of(
                new SecretServiceKeyring(),
                SystemKeyring.windows(System.getProperty("os.name", "")),
                SystemKeyring.mac(System.getProperty("os.name", "")),
                new FileKeyring(file, password)));
    }

    /** For tests. */
    static Keyrings of(List<Keyring> all) {
        return new Keyrings(all);
    }

    /** The stores, the one of the highest priority first. */
    List<Keyring> all() {
        return all;
    }

    /**
     * Chooses a store.
     *
     * @param name the one to use, or null for the usable one of the highest priority
     * @throws ToolException if there is no such store, or it cannot be used, or none can
     */
    Keyring choose(@Nullable String name) {
        if (name == null) {
            return all.stream()
                    .filter(keyring -> keyring.problem() == null)
                    .findFirst()
                    .orElseThrow(() -> new ToolException("no keyring can be used:" + problems()));
        }
        Keyring named = all.stream()
                .filter(keyring -> keyring.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new ToolException("there is no keyring of this name; there are " + names()));
        String problem = named.problem();
        if (problem != null) {
            throw new ToolException("the keyring " + named.name() + " cannot be used: " + problem);
        }
        return named;
    }

    private String names() {
        return all.stream().map(Keyring::name).collect(Collectors.joining(", "));
    }

    private String problems() {
        return all.stream()
                .map(keyring -> "\n  " + keyring.name() + ": " + keyring.problem())
                .collect(Collectors.joining());
    }
}
