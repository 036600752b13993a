/** The control socket, through which commands reach a running agent. */
@NullMarked
package io.agentsecrets.examples.cli.control;

import org.jspecify.annotations.NullMarked;
