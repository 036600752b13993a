/**
 * Asks an executable of the operator's for secrets, and makes such executables.
 *
 * <p>{@link io.agentsecrets.exec.ExecBackend} is the agent's side, {@link io.agentsecrets.exec.BackendServer} the
 * executable's, and {@link io.agentsecrets.exec.SecretSettings} reads the names that operators know from the Datadog and
 * StackState Agents.
 */
@NullMarked
package io.agentsecrets.exec;

import org.jspecify.annotations.NullMarked;
