package io.agentsecrets.yaml;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** What the engine's own {@link Load} reads: the judge of this library's trees and texts. */
final class EngineLoad {

    private EngineLoad() {}

    /**
     * Returns the documents of a text. It is read in one piece, as version 3.0.1 fails on some characters between two.
     *
     * @throws RuntimeException of any kind if it is not valid, or holds tags of an application
     */
    static List<Object> documents(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowNonScalarKeys(true)
                .setMaxAliasesForCollections(1000)
                .setBufferSize(yaml.length() + 1)
                .build();
        List<Object> documents = new ArrayList<>();
        new Load(settings).loadAllFromString(yaml).forEach(documents::add);
        return documents;
    }
}
