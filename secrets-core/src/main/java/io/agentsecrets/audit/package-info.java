/** What happened to secrets, for those who must account for their use. */
@NullMarked
package io.agentsecrets.audit;

import org.jspecify.annotations.NullMarked;
