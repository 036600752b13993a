/** A backend in memory for the unit tests of programs that use the library. */
@NullMarked
package io.agentsecrets.testing;

import org.jspecify.annotations.NullMarked;
