package io.agentsecrets.examples.agent;

import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.yaml.YamlConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A store of a user name and a password behind a real executable, and an agent's resolver that asks it. */
final class Store {

    /** The source that a check uses. */
    static final String SOURCE = "postgres.yaml";

    private static final String BACKEND = """
            #!/bin/sh
            cd "${0%/*}"
            cat >/dev/null
            echo call >>calls
            cat reply
            """;

    private final Path folder;
    private final SecretResolver resolver;
    private final AtomicLong ahead = new AtomicLong();

    Store(Path folder, String user, String password) throws IOException {
        this.folder = folder.toRealPath();
        Path backend = Files.writeString(this.folder.resolve("backend"), BACKEND);
        Files.setPosixFilePermissions(backend, PosixFilePermissions.fromString("rwx------"));
        put(user, password);
        SecretSettings settings = SecretSettings.of("agent.yaml", Map.of("secret_backend_command", backend.toString()));
        resolver = settings.resolver(settings.backend())
                .ticker(() -> System.nanoTime() + ahead.get())
                .build();
        resolver.resolve(YamlConfig.of(SOURCE, "user: ENC[user]\npassword: ENC[password]\n")
                .trees());
    }

    SecretResolver resolver() {
        return resolver;
    }

    /** Replaces what the store has, at once. */
    void put(String user, String password) throws IOException {
        Path next = Files.writeString(
                folder.resolve("next"),
                "{\"user\":{\"value\":\"" + user + "\"},\"password\":{\"value\":\"" + password + "\"}}");
        Files.move(next, folder.resolve("reply"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** How often the executable was started. */
    int calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls")).size();
    }

    /** Lets a minute pass for the resolver: it may ask again because of a rejection. */
    void minuteLater() {
        ahead.addAndGet(Duration.ofMinutes(1).toNanos());
    }
}
