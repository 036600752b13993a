package io.agentsecrets.examples.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.PrivateFiles;
import io.agentsecrets.examples.tools.SmallFile;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A JSON or YAML file with a map of secrets. A name is a key of the map, or keys of maps within maps joined by slashes; a key that
 * equals the whole name comes first. Others must have no rights on the file.
 */
final class TreeStore implements SecretStore {

    private static final int LARGEST = 4 << 20;
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<?, ?> tree;

    private TreeStore(Path file, @Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> map)) {
            throw new ToolException(file + " must hold one map of names and values");
        }
        this.tree = map;
    }

    static TreeStore json(Path file) {
        String text = text(file);
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            Object tree = value(json);
            if (json.nextToken() != null) {
                throw new ToolException(file + " must be one JSON object and nothing else");
            }
            return new TreeStore(file, tree);
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            throw new ToolException(
                    file + line(place == null ? 0 : place.getLineNr()) + " is no valid JSON, or holds a name twice");
        } catch (IOException e) {
            throw new ToolException(file + " cannot be read as JSON");
        }
    }

    private static String line(int number) {
        return number > 0 ? ", line " + number + "," : "";
    }

    /** Reads the value at which the parser is. Numbers stay as they are written: a PIN of {@code 1.10} is not {@code 1.1}. */
    static @Nullable Object value(JsonParser json) throws IOException {
        if (json.isExpectedStartObjectToken()) {
            Map<String, @Nullable Object> object = new HashMap<>();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                object.put(name, value(json));
            }
            return object;
        }
        if (json.isExpectedStartArrayToken()) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                value(json);
            }
            return List.of();
        }
        return json.currentToken() == JsonToken.VALUE_NULL ? null : json.getText();
    }

    static TreeStore yaml(Path file) {
        String text = text(file);
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setSchema(new AsWritten())
                    .setMaxAliasesForCollections(50)
                    .setAllowRecursiveKeys(false)
                    .setCodePointLimit(LARGEST)
                    .build();
            Iterator<Object> documents =
                    new Load(settings).loadAllFromString(text).iterator();
            Object first = documents.hasNext() ? documents.next() : null;
            if (documents.hasNext()) {
                throw new ToolException(file + " must be one document");
            }
            return new TreeStore(file, first);
        } catch (ToolException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) { // the parser throws many, and quotes the text
            Optional<Mark> place =
                    e instanceof MarkedYamlEngineException marked ? marked.getProblemMark() : Optional.empty();
            throw new ToolException(
                    file + line(place.map(mark -> mark.getLine() + 1).orElse(0))
                            + " is no valid YAML, or holds a name twice");
        }
    }

    /** Reads every scalar except null as the text that is written, also {@code 0123} and {@code true}. */
    private static final class AsWritten extends CoreSchema {

        private final ScalarResolver core = super.getScalarResolver();

        @Override
        public ScalarResolver getScalarResolver() {
            return (value, implicit) -> core.resolve(value, implicit).equals(Tag.NULL) ? Tag.NULL : Tag.STR;
        }
    }

    private static String text(Path file) {
        PrivateFiles.requirePrivate(file);
        try {
            return SmallFile.text(file, LARGEST);
        } catch (IOException e) {
            throw new ToolException(file + " cannot be read (" + FileProblem.of(e) + ")");
        }
    }

    @Override
    public @Nullable SecretValue find(String name) {
        Object found = tree.get(name);
        if (found == null) {
            found = tree;
            for (String key : name.split("/", -1)) {
                found = found instanceof Map<?, ?> map ? map.get(key) : null;
            }
        }
        if (found == null) {
            return null;
        }
        if (found instanceof String text) {
            return SecretValue.of(text);
        }
        throw new ToolException("what stands under this name is no text");
    }
}
