package io.agentsecrets.exec;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a main configuration without resolving it: its settings are needed before anything can be resolved. */
final class UnresolvedConfig {

    private UnresolvedConfig() {}

    /**
     * Returns a main configuration in which each handle is plain text.
     *
     * @throws ConfigException if it cannot be read or is not one map
     */
    static Map<?, ?> map(Source<?> mainConfig) {
        Map<Handle, SecretValue> literals = new HashMap<>();
        for (Handle handle : mainConfig.usages().handles()) {
            literals.put(handle, SecretValue.of(HandleSyntax.enc().format(handle)));
        }
        Object written = mainConfig.with(literals);
        if (written instanceof List<?> documents && documents.size() <= 1) {
            written = documents.isEmpty() ? null : documents.get(0);
        }
        if (written == null) {
            return Map.of();
        }
        if (written instanceof Map<?, ?> map) {
            return map;
        }
        throw new ConfigException(
                FailureKind.SETTINGS,
                mainConfig.name(),
                "the main configuration must be one map of settings, such as secret_backend_command: /path");
    }
}
