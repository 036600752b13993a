/**
 * The command line of an agent that loads its configuration with all secrets in place and shows it.
 *
 * <p>The packages, each of which uses only those before it: {@code output} (exit statuses, answers, JSON), {@code provider}
 * (where configurations come from), {@code agent} (the part that a real agent would copy: loading, following changes),
 * {@code control} (the socket of a running agent), {@code report} (texts and JSON for people and scripts), {@code command}
 * (the commands).
 */
@NullMarked
package io.agentsecrets.examples.cli;

import org.jspecify.annotations.NullMarked;
