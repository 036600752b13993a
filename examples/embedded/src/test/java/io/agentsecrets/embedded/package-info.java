/** Tests of the jar. */
@NullMarked
package io.agentsecrets.embedded;

import org.jspecify.annotations.NullMarked;
