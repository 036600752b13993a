/**
 * A backend that asks an executable of the operator for secrets, and a server with which such executables are written.
 *
 * <p>{@link io.agentsecrets.exec.ExecBackend} is the agent's side, {@link io.agentsecrets.exec.BackendServer} the
 * executable's:
 *
 * <pre>{@code
 * ExecBackend backend = ExecBackend.builder(Path.of("/etc/agent/secret-backend")).timeout(Duration.ofSeconds(10)).build();
 * }</pre>
 *
 * <p>{@link io.agentsecrets.exec.SecretSettings} reads the settings that operators know from the Datadog and StackState
 * Agents:
 *
 * <pre>{@code
 * SecretSettings settings = SecretSettings.of(TreeSource.of("agent.yaml", configuration));
 * SecretResolver resolver = settings.resolver(settings.backend()).build();
 * }</pre>
 */
@NullMarked
package io.agentsecrets.exec;

import org.jspecify.annotations.NullMarked;
