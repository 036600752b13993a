/** The audit of configurations: it finds secrets in plain text. */
@NullMarked
package io.agentsecrets.examples.cli.audit;

import org.jspecify.annotations.NullMarked;
