/**
 * Backends that ask other backends: repeated calls, pauses after failures, routes by a prefix of the handle.
 *
 * <pre>{@code
 * SecretBackend patient = ResilientBackend.builder(vault).attempts(3).coolDown(Duration.ofSeconds(30)).build();
 * SecretBackend backend = RoutingBackend.builder().route("vault", patient).otherwise(keyring).build();
 * }</pre>
 */
@NullMarked
package io.agentsecrets.backend;

import org.jspecify.annotations.NullMarked;
