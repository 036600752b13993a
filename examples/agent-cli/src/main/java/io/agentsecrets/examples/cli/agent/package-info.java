/** The part that a real agent would copy: it loads all configurations with one call and follows changes of their secrets. */
@NullMarked
package io.agentsecrets.examples.cli.agent;

import org.jspecify.annotations.NullMarked;
