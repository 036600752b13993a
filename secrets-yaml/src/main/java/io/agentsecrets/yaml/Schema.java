package io.agentsecrets.yaml;

import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML's core schema: what scalars and tags mean in it. */
final class Schema {

    /** Aliases, depth and size are limited by {@link SourceScan}, before the parts of the engine that recurse see them. */
    static final LoadSettings SETTINGS = settings(false);

    /** Settings for trees of streams that were checked before: two members of a set may have the same secret. */
    static final LoadSettings LENIENT = settings(true);

    /** Kept, as the schema creates a new one for each call; it is only read. */
    private static final ScalarResolver SCALARS = SETTINGS.getSchema().getScalarResolver();

    /** The tag that makes any scalar a string, and changes nothing for maps and lists. */
    private static final String NON_SPECIFIC = "!";

    private static final String MERGE = Tag.PREFIX + "merge";

    /** The tags of YAML that mean something to the core schema; all others are an application's and are ignored. */
    private static final Set<String> KNOWN_TAGS = Set.of(
            NON_SPECIFIC,
            MERGE,
            Tag.NULL.getValue(),
            Tag.BOOL.getValue(),
            Tag.INT.getValue(),
            Tag.FLOAT.getValue(),
            Tag.BINARY.getValue(),
            Tag.STR.getValue(),
            Tag.SEQ.getValue(),
            Tag.MAP.getValue(),
            Tag.SET.getValue());

    private static final Set<String> WORDS_OF_YAML =
            Set.of("true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL");

    private static final int LONGEST_WORD_OF_YAML = 5;

    /** The length up to which it does not matter that the engine's reader copies what is left for each piece it reads. */
    private static final int LONGEST_IN_PIECES = 16 * 1024;

    /** The engine certainly reads a decimal number of up to this many digits. */
    private static final int CERTAIN_DIGITS = 18;

    private Schema() {}

    private static LoadSettings settings(boolean allowDuplicateKeys) {
        return LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowNonScalarKeys(true)
                .setAllowDuplicateKeys(allowDuplicateKeys)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
    }

    /** Returns settings for the reader of a text: a long one is read in one piece, as it may be a single line. */
    static LoadSettings forReading(String text) {
        return text.length() <= LONGEST_IN_PIECES
                ? SETTINGS
                : LoadSettings.builder().setBufferSize(text.length()).build();
    }

    static boolean isKnown(String tag) {
        return KNOWN_TAGS.contains(tag);
    }

    static boolean isForeign(Optional<String> tag) {
        return tag.isPresent() && !isKnown(tag.get());
    }

    static boolean isSet(Optional<String> tag) {
        return tag.isPresent() && tag.get().equals(Tag.SET.getValue());
    }

    static Scalar.Tagging tagging(Optional<String> tag) {
        if (tag.isEmpty() || !isKnown(tag.get())) {
            return Scalar.Tagging.NONE;
        }
        if (tag.get().equals(NON_SPECIFIC)) {
            return Scalar.Tagging.NON_SPECIFIC;
        }
        if (tag.get().equals(Tag.STR.getValue())) {
            return Scalar.Tagging.STRING;
        }
        if (tag.get().equals(MERGE)) {
            return Scalar.Tagging.MERGE;
        }
        boolean number = tag.get().equals(Tag.INT.getValue()) || tag.get().equals(Tag.FLOAT.getValue());
        return number ? Scalar.Tagging.NUMBER : Scalar.Tagging.OTHER;
    }

    /** Tells whether a plain scalar without a tag is a string in the core schema. */
    static boolean isString(String plainText) {
        return isOrdinaryWord(plainText) || Tag.STR.equals(typeOf(plainText));
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
        if (isOrdinaryWord(plainText) || isShortDecimal(plainText)) {
            return true;
        }
        Tag type = typeOf(plainText);
        return Tag.STR.equals(type) || Tag.BOOL.equals(type) || Tag.NULL.equals(type);
    }

    private static boolean isShortDecimal(String text) {
        if (text.isEmpty() || text.length() > CERTAIN_DIGITS) {
            return false;
        }
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            dots += c == '.' ? 1 : 0;
            if (dots > 1 || (c == '.' && i == 0) || (c != '.' && (c < '0' || c > '9'))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether a scalar is certainly a string, as nearly all are. The schema itself is slow: it tries regular
     * expressions.
     */
    private static boolean isOrdinaryWord(String plainText) {
        if (plainText.isEmpty() || !Character.isLetter(plainText.charAt(0))) {
            return false;
        }
        return plainText.length() > LONGEST_WORD_OF_YAML || !WORDS_OF_YAML.contains(plainText);
    }

    private static Tag typeOf(String plainText) {
        return SCALARS.resolve(plainText, true);
    }
}
