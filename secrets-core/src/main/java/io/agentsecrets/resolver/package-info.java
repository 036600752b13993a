/** The resolver and what it tells an agent: reports, changes, refreshes, metrics. */
@NullMarked
package io.agentsecrets.resolver;

import org.jspecify.annotations.NullMarked;
