/** Where the log of the embedded library goes. */
@NullMarked
package io.agentsecrets.embedded.logging;

import org.jspecify.annotations.NullMarked;
