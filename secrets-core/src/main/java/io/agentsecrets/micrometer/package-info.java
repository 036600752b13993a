/** The resolver's metrics for Micrometer, which is optional. */
@NullMarked
package io.agentsecrets.micrometer;

import org.jspecify.annotations.NullMarked;
