/**
 * A sample agent: it loads its configuration as an agent would, with all secrets in place, and shows it.
 *
 * <p>{@link io.agentsecrets.examples.agent.Agent} is what a real agent would copy; the rest prints.
 */
@NullMarked
package io.agentsecrets.examples.agent;

import org.jspecify.annotations.NullMarked;
