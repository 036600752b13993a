/** What a command prints and how it ends. */
@NullMarked
package io.agentsecrets.examples.cli.output;

import org.jspecify.annotations.NullMarked;
