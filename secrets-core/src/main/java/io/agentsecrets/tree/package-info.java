/**
 * Sources that are trees of maps, lists and scalars, and walks over such trees.
 *
 * <pre>{@code
 * Object environment = resolver.resolve(TreeSource.of("environment", System.getenv()));
 * }</pre>
 */
@NullMarked
package io.agentsecrets.tree;

import org.jspecify.annotations.NullMarked;
