/** The resolver and what an agent hears of it: reports, changes, refreshes, metrics. */
@NullMarked
package io.agentsecrets.resolver;

import org.jspecify.annotations.NullMarked;
