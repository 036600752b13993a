/** What the operators' tools of the examples share: private files, and secrets that are typed. */
@NullMarked
package io.agentsecrets.examples.tools;

import org.jspecify.annotations.NullMarked;
