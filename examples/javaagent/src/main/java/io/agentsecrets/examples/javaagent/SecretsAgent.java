package io.agentsecrets.examples.javaagent;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretException;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.PrivateCopy;
import io.agentsecrets.exec.SecretSettings;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the configuration of another Java agent and starts that agent in the same JVM with the resolved one:
 * {@code -javaagent:agent-secrets-javaagent.jar=/etc/agent/javaagent.yaml}.
 *
 * <p>The resolved configuration is a private file that is deleted as soon as the other agent has started. If anything fails, no
 * other agent is started; the application starts without it or not at all, as the settings say.
 */
public final class SecretsAgent {

    private SecretsAgent() {}

    /**
     * Called by the JVM before the application's main method.
     *
     * @param argument the path of the settings
     * @param instrumentation handed on to the other agent
     */
    public static void premain(@Nullable String argument, Instrumentation instrumentation) {
        AgentSettings settings = null;
        try {
            if (argument == null || argument.isEmpty()) {
                throw new ConfigException(
                        FailureKind.SETTINGS,
                        "-javaagent",
                        "name the settings: -javaagent:this.jar=/path/settings.yaml");
            }
            settings = AgentSettings.read(pathOf(argument));
            start(settings, instrumentation);
        } catch (SecretException e) {
            failed(settings, String.valueOf(e.getMessage()));
        } catch (InvocationTargetException e) {
            // its message may quote what it read
            failed(
                    settings,
                    "the other agent failed with "
                            + e.getTargetException().getClass().getName());
        } catch (IOException e) {
            failed(settings, "the private file cannot be written (" + FileProblem.of(e) + ")");
        } catch (NoSuchMethodException e) {
            failed(settings, "the other agent has no method premain");
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            failed(
                    settings,
                    "the other agent cannot be started (" + e.getClass().getName() + ")");
        }
    }

    private static Path pathOf(String argument) {
        try {
            return Path.of(argument);
        } catch (InvalidPathException e) {
            throw new ConfigException(
                    FailureKind.SETTINGS, "-javaagent", "the settings must be a path of this system in this locale");
        }
    }

    private static void start(AgentSettings settings, Instrumentation instrumentation)
            throws IOException, ReflectiveOperationException {
        OtherAgent other = OtherAgent.load(settings.jar(), instrumentation);
        try (PrivateCopy copy = PrivateCopy.of(name(settings.config()), resolved(settings))) {
            other.start(settings.options(copy.path()));
        }
    }

    private static String resolved(AgentSettings settings) {
        SecretSettings secrets = settings.secrets();
        try (SecretBackend backend = secrets.backend()) {
            if (backend.equals(SecretBackend.none())) {
                throw new ConfigException(FailureKind.SETTINGS, settings.source(), "secret_backend_command is not set");
            }
            return settings.otherConfig().rewrite(secrets.resolver(backend).build());
        }
    }

    private static String name(Path config) {
        return String.valueOf(config.getFileName());
    }

    /** The application must not run without what was asked for, unless somebody said so. */
    private static void failed(@Nullable AgentSettings settings, String reason) {
        System.err.println("agent-secrets: " + reason);
        if (settings != null && settings.continuesOnFailure()) {
            System.err.println("agent-secrets: the application starts without " + settings.jar());
            return;
        }
        // settings that cannot be read may well have it
        String hint = settings == null ? "" : "; on_failure: continue starts it nevertheless";
        System.err.println("agent-secrets: the application does not start" + hint);
        System.exit(1);
    }
}
