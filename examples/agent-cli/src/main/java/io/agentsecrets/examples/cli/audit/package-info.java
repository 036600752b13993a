/** The judgement on configurations that still hold secrets in plain text. */
@NullMarked
package io.agentsecrets.examples.cli.audit;

import org.jspecify.annotations.NullMarked;
