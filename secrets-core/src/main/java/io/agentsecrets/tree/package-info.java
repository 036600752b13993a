/** Walks over configurations that are already maps, lists and scalars. */
@NullMarked
package io.agentsecrets.tree;

import org.jspecify.annotations.NullMarked;
