/**
 * Resolves the handles of a configuration to secrets.
 *
 * <p>{@link io.agentsecrets.resolver.SecretResolver} is where to start. It collects the {@linkplain io.agentsecrets.Handle
 * handles} of a source, asks a {@link io.agentsecrets.SecretBackend} for all of them in one call, and gives back a copy
 * with the values in place. The order is always plan, fetch, apply; nothing calls back upwards.
 */
@NullMarked
package io.agentsecrets;

import org.jspecify.annotations.NullMarked;
