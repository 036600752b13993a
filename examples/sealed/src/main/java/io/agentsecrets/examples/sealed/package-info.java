/**
 * Values that stand encrypted in the configuration, as {@code ENC[AES256_GCM,data:…,iv:…,aad:…,tag:…]}: the executable that opens
 * them and the tool that seals them.
 */
@NullMarked
package io.agentsecrets.examples.sealed;

import org.jspecify.annotations.NullMarked;
