/** Metrics of a resolver for Micrometer, an optional dependency. */
@NullMarked
package io.agentsecrets.micrometer;

import org.jspecify.annotations.NullMarked;
