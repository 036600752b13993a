/** Audit trails: what happened to secrets, for people who must account for their use. */
@NullMarked
package io.agentsecrets.audit;

import org.jspecify.annotations.NullMarked;
