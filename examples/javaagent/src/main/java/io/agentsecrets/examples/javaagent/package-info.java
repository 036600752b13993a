/** A {@code -javaagent} that gives another one its configuration with the secrets in place. */
@NullMarked
package io.agentsecrets.examples.javaagent;

import org.jspecify.annotations.NullMarked;
