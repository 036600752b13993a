package io.agentsecrets.examples.agent;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.resolver.Rejection;
import io.agentsecrets.resolver.SecretResolver;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The login of a check, as docs/rotation.md shows it; a test compares the lines between the two comments. */
final class Login {

    private final SecretResolver resolver;
    private final String source;
    private final Server server;

    Login(SecretResolver resolver, String source, Server server) {
        this.resolver = resolver;
        this.source = source;
        this.server = server;
    }

    /** What decides about a login. */
    @FunctionalInterface
    interface Server {
        boolean accepts(Map<Handle, SecretValue> login);
    }

    // shown
    private @Nullable Map<Handle, SecretValue> refused;

    synchronized boolean logIn() {
        do {
            Map<Handle, SecretValue> login = resolver.values(source);
            if (!login.equals(refused) && server.accepts(login)) {
                return true;
            }
            refused = login;
        } while (resolver.refreshRejected(source) == Rejection.CHANGED);
        return false; // UNCHANGED or TOO_SOON: there is nothing new to try, and the next run asks again
    }
    // shown
}
