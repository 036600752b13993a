/** An executable that answers handles from HashiCorp Vault's key-value store, version 2. */
@NullMarked
package io.agentsecrets.examples.vault;

import org.jspecify.annotations.NullMarked;
