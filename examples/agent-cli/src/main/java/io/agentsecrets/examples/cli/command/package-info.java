/** The commands. */
@NullMarked
package io.agentsecrets.examples.cli.command;

import org.jspecify.annotations.NullMarked;
