/** Sources that are trees of maps, lists and scalars, and walks over such trees. */
@NullMarked
package io.agentsecrets.tree;

import org.jspecify.annotations.NullMarked;
