/**
 * Resolves the handles of a configuration to secrets.
 *
 * <p>{@link io.agentsecrets.resolver.SecretResolver} is where to start. It collects the {@linkplain io.agentsecrets.Handle
 * handles} of a {@linkplain io.agentsecrets.Source source}, asks a {@link io.agentsecrets.SecretBackend} for all of them in one
 * call, and gives back a copy with the values in place. The order is always plan, fetch, apply; nothing calls back upwards.
 *
 * <p>This package holds the words that all others use. A backend of your own is one method:
 *
 * <pre>{@code
 * SecretBackend backend = handles -> {
 *     Map<Handle, FetchResult> answers = new HashMap<>();
 *     for (Handle handle : handles) {
 *         String value = store.get(handle.name());
 *         answers.put(handle, value == null ? FetchResult.missing() : FetchResult.found(value));
 *     }
 *     return answers;
 * };
 * }</pre>
 */
@NullMarked
package io.agentsecrets;

import org.jspecify.annotations.NullMarked;
