/**
 * Resolves YAML configurations, as trees for loaders that want maps and as text for loaders that parse for themselves.
 *
 * <p>{@link io.agentsecrets.yaml.YamlConfig} is where to start; {@link io.agentsecrets.yaml.YamlConfigs} does a folder in
 * one call to the backend.
 */
@NullMarked
package io.agentsecrets.yaml;

import org.jspecify.annotations.NullMarked;
