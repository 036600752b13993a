/** Backends that ask other backends: repeated calls, pauses after failures, routes by a prefix of the handle. */
@NullMarked
package io.agentsecrets.backend;

import org.jspecify.annotations.NullMarked;
