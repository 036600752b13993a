package io.agentsecrets.examples.files;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import org.jspecify.annotations.Nullable;

/** Secrets by name. */
interface SecretStore {

    /**
     * Looks up a secret.
     *
     * @return null if there is none of this name
     * @throws ToolException if there is something of this name that cannot be used; it quotes no secret
     */
    @Nullable
    SecretValue find(String name);
}
