/**
 * YAML configurations as sources: of trees for loaders that want maps, and of text for loaders that parse for themselves.
 *
 * <p>{@link io.agentsecrets.yaml.YamlConfig} is where to start; {@link io.agentsecrets.yaml.YamlConfigs} resolves a folder
 * with one call to the backend. SnakeYAML Engine is the judge of what is YAML and what it means; texts in the style of check
 * files are read without it, to the same result, unless {@link io.agentsecrets.yaml.YamlOptions.Builder#scanner} says otherwise.
 *
 * <pre>{@code
 * YamlConfig postgres = YamlConfig.read(Path.of("/etc/agent/conf.d/postgres.yaml"));
 * Object tree = postgres.resolve(resolver);
 * String text = postgres.rewrite(resolver); // comments, order and anchors are kept
 * }</pre>
 */
@NullMarked
package io.agentsecrets.yaml;

import org.jspecify.annotations.NullMarked;
