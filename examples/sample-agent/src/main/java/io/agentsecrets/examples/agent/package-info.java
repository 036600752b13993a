/**
 * The smallest agent that does everything right: it loads its configurations with secrets in place, runs a check for each,
 * follows secrets that change, and stops cleanly. Begin with {@link io.agentsecrets.examples.agent.Agent}.
 */
@NullMarked
package io.agentsecrets.examples.agent;

import org.jspecify.annotations.NullMarked;
