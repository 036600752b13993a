/**
 * An executable that answers handles from a keyring, and the tool with which an operator fills it.
 *
 * <p>{@link io.agentsecrets.examples.keyring.KeyringBackend} is the backend; a {@link io.agentsecrets.examples.keyring.Keyring}
 * is a store.
 */
@NullMarked
package io.agentsecrets.examples.keyring;

import org.jspecify.annotations.NullMarked;
