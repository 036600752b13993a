package io.agentsecrets.yaml;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML's core schema: what scalars and tags mean in it. */
final class Schema {

    /** Aliases, depth and size are limited by {@link SourceScan}. */
    static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();

    /** What a plain {@code <<} in the place of a key is read as. */
    static final Object MERGE_KEY = new Object();

    /** Kept, as the schema creates a new one for each call; it is only read. */
    private static final ScalarResolver SCALARS = SETTINGS.getSchema().getScalarResolver();

    private static final Map<Tag, ConstructNode> CONSTRUCTORS =
            SETTINGS.getSchema().getSchemaTagConstructors();

    /** The tag that makes any scalar a string, and changes nothing for maps and lists. */
    private static final String NON_SPECIFIC = "!";

    /** The tags of YAML that mean something to the core schema; all others are an application's and are ignored. */
    private static final Map<String, Scalar.Tagging> KNOWN_TAGS = Map.ofEntries(
            Map.entry(NON_SPECIFIC, Scalar.Tagging.NON_SPECIFIC),
            Map.entry(Tag.PREFIX + "merge", Scalar.Tagging.MERGE),
            Map.entry(Tag.NULL.getValue(), Scalar.Tagging.NULL),
            Map.entry(Tag.BOOL.getValue(), Scalar.Tagging.BOOL),
            Map.entry(Tag.INT.getValue(), Scalar.Tagging.INT),
            Map.entry(Tag.FLOAT.getValue(), Scalar.Tagging.FLOAT),
            Map.entry(Tag.BINARY.getValue(), Scalar.Tagging.BINARY),
            Map.entry(Tag.STR.getValue(), Scalar.Tagging.STRING),
            Map.entry(Tag.SEQ.getValue(), Scalar.Tagging.COLLECTION),
            Map.entry(Tag.MAP.getValue(), Scalar.Tagging.COLLECTION),
            Map.entry(Tag.SET.getValue(), Scalar.Tagging.COLLECTION));

    /** Up to this length the engine's reader takes a text in one piece by default. */
    private static final int ENGINES_PIECE = 1024;

    private Schema() {}

    /**
     * Returns settings with which the engine's reader takes a text in one piece. In several, it copies the rest for each,
     * which is slow for a long line, and version 3.0.1 fails if a character of two UTF-16 units lies across their border.
     */
    static LoadSettings forReading(String text) {
        return text.length() <= ENGINES_PIECE
                ? SETTINGS
                : LoadSettings.builder().setBufferSize(text.length()).build();
    }

    /** Returns a tag if it means something to the core schema. */
    static @Nullable String known(Optional<String> tag) {
        return tag.isPresent() && KNOWN_TAGS.containsKey(tag.get()) ? tag.get() : null;
    }

    static boolean isSet(Optional<String> tag) {
        return tag.isPresent() && tag.get().equals(Tag.SET.getValue());
    }

    /** Whether a tag makes null of what it stands before, whatever that is. */
    static boolean isNullTag(String tag) {
        return tag.equals(Tag.NULL.getValue());
    }

    /** Whether a known tag may stand before a collection of a kind. */
    static boolean fits(NodeListener.Kind kind, String tag) {
        return tag.equals(NON_SPECIFIC)
                || isNullTag(tag)
                || switch (kind) {
                    case LIST -> tag.equals(Tag.SEQ.getValue());
                    case MAP -> tag.equals(Tag.MAP.getValue());
                    case SET -> true;
                };
    }

    static Scalar.Tagging tagging(Optional<String> tag) {
        return tag.isEmpty() ? Scalar.Tagging.NONE : KNOWN_TAGS.getOrDefault(tag.get(), Scalar.Tagging.NONE);
    }

    /** Returns the value of a plain scalar without a tag. */
    static @Nullable Object read(String plainText) {
        return built(plainText, typeOf(plainText));
    }

    /**
     * Returns the value of a scalar with a tag that makes it no string.
     *
     * @throws RuntimeException of any kind if it does not fit
     */
    static @Nullable Object read(String text, Scalar.Tagging tag) {
        return built(
                text,
                switch (tag) {
                    case NULL -> Tag.NULL;
                    case BOOL -> Tag.BOOL;
                    case INT -> Tag.INT;
                    case FLOAT -> Tag.FLOAT;
                    case BINARY -> Tag.BINARY;
                    default -> throw new IllegalArgumentException("a scalar has no such type");
                });
    }

    @SuppressWarnings("NullAway") // a null of YAML becomes null
    private static @Nullable Object built(String text, Tag type) {
        if (type.equals(Tag.STR) || type.equals(Tag.ENV_TAG)) {
            return text;
        }
        if (type.equals(Tag.MERGE)) {
            return MERGE_KEY;
        }
        Object made =
                Objects.requireNonNull(CONSTRUCTORS.get(type)).construct(new ScalarNode(type, text, ScalarStyle.PLAIN));
        if (made == null && type.equals(Tag.BOOL)) {
            throw new IllegalArgumentException("neither true nor false");
        }
        return made;
    }

    /** Tells whether a plain scalar without a tag is a string in the core schema. */
    static boolean isString(String plainText) {
        return Tag.STR.equals(typeOf(plainText));
    }

    /** Tells whether a plain scalar without a tag is a number in the core schema. */
    static boolean isNumber(String plainText) {
        Tag type = typeOf(plainText);
        return Tag.INT.equals(type) || Tag.FLOAT.equals(type);
    }

    /** Tells whether a plain scalar without a tag is null in the core schema. */
    static boolean isNull(String plainText) {
        return Tag.NULL.equals(typeOf(plainText));
    }

    /** Tells whether the engine can certainly build the value of a plain scalar without a tag. */
    static boolean isBeyondDoubt(String plainText) {
        Tag type = typeOf(plainText);
        return Tag.STR.equals(type) || Tag.BOOL.equals(type) || Tag.NULL.equals(type);
    }

    private static Tag typeOf(String plainText) {
        return SCALARS.resolve(plainText, true);
    }
}
