/** The reports of the commands, as text for people and as JSON for scripts. */
@NullMarked
package io.agentsecrets.examples.cli.report;

import org.jspecify.annotations.NullMarked;
