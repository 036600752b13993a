/**
 * The resolver and what it tells an agent: reports, changes, refreshes, metrics.
 *
 * <pre>{@code
 * SecretResolver resolver = SecretResolver.builder(backend).timeToLive(Duration.ofMinutes(10)).build();
 * Object config = resolver.resolve("postgres", Map.of("user", "datadog", "password", "ENC[db_password]"));
 *
 * resolver.addListener(change -> reload(change.source()));
 * Refresher refresher = Refresher.startScattered(resolver, Duration.ofHours(1));
 * }</pre>
 */
@NullMarked
package io.agentsecrets.resolver;

import org.jspecify.annotations.NullMarked;
