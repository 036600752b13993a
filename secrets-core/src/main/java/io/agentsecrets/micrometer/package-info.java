/**
 * Metrics of a resolver for Micrometer, an optional dependency.
 *
 * <pre>{@code
 * MicrometerMetrics metrics = MicrometerMetrics.of(registry);
 * SecretResolver resolver = SecretResolver.builder(backend).metrics(metrics).build();
 * metrics.watch(resolver);
 * }</pre>
 */
@NullMarked
package io.agentsecrets.micrometer;

import org.jspecify.annotations.NullMarked;
