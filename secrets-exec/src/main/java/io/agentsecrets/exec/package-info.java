/**
 * A backend that asks an executable of the operator for secrets, and a server with which such executables are written.
 *
 * <p>{@link io.agentsecrets.exec.ExecBackend} is the agent's side, {@link io.agentsecrets.exec.BackendServer} the
 * executable's, and {@link io.agentsecrets.exec.SecretSettings} reads the settings that operators know from the Datadog and
 * StackState Agents.
 */
@NullMarked
package io.agentsecrets.exec;

import org.jspecify.annotations.NullMarked;
