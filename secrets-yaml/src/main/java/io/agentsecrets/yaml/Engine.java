package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * SnakeYAML Engine, the judge of what is YAML. Only {@link EventReader}, {@link TokenWatch}, {@link Schema} and {@link
 * EngineErrors} use that library; its events are not kept.
 */
final class Engine {

    private Engine() {}

    /**
     * Parses a text.
     *
     * @param text the stream, without byte order mark
     * @param listener what is told of each node before the next one is read
     * @throws ConfigException if it is not valid YAML or the listener refuses it
     */
    static void parse(String source, String text, NodeListener listener) {
        @Nullable EventReader reader = null;
        try {
            reader = new EventReader(text);
            reader.read(listener);
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw EngineErrors.syntax(source, text, e, reader == null ? new Place(1, 1) : reader.place());
        }
    }
}
