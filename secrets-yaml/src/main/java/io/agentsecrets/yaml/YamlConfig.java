package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import io.agentsecrets.SecretValue;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.tree.TemplateVariables;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One YAML configuration: a stream of documents, its handles with their places, and two ways to resolve it.
 *
 * <p>{@link #resolve} gives a tree, for loaders that want maps. {@link #rewrite} gives the text, for loaders that parse for
 * themselves: only the characters of the replaced scalars differ, everything else stays byte for byte. Both come from one
 * parse.
 *
 * <p>The text is parsed by the first question that needs it, and that question reports an error in it; a text that cannot
 * hold a handle is not parsed for {@link #rewrite} at all. YAML is read as version 1.2 with the core schema and merge keys;
 * tags of an application stay in the text and are ignored in the tree. Near misses are logged once, as warnings, when
 * the text is parsed.
 *
 * <p>Thread-safe. Every result is made anew and belongs to the caller.
 */
public final class YamlConfig {

    private final String source;
    private final String text;
    private final YamlOptions options;
    private final @Nullable ConfigException unavailable;
    private final Object parsing = new Object();
    private volatile @Nullable ParsedYaml parsed;

    private YamlConfig(String source, String text, YamlOptions options, @Nullable ConfigException unavailable) {
        this.source = Objects.requireNonNull(source, "source");
        this.text = Objects.requireNonNull(text, "text");
        this.options = Objects.requireNonNull(options, "options");
        this.unavailable = unavailable;
    }

    /**
     * Takes a text with the default options.
     *
     * @param source its name in errors and reports
     * @param text YAML; it is not parsed yet
     * @return the configuration
     */
    public static YamlConfig of(String source, String text) {
        return of(source, text, YamlOptions.defaults());
    }

    /**
     * Takes a text.
     *
     * @param source its name in errors and reports
     * @param text YAML; it is not parsed yet
     * @param options how to read it
     * @return the configuration
     */
    public static YamlConfig of(String source, String text, YamlOptions options) {
        return new YamlConfig(source, text, options, null);
    }

    /**
     * Reads a file with the default options. Its source is its name.
     *
     * @param file a file in UTF-8, with or without byte order mark
     * @return the configuration
     * @throws ConfigException if it cannot be read, is too long or is not UTF-8
     */
    public static YamlConfig read(Path file) {
        return read(String.valueOf(file.getFileName()), file, YamlOptions.defaults());
    }

    /**
     * Reads a file.
     *
     * @param source its name in errors and reports
     * @param file a file in UTF-8, with or without byte order mark
     * @param options how to read it
     * @return the configuration
     * @throws ConfigException if it cannot be read, is too long or is not UTF-8
     */
    public static YamlConfig read(String source, Path file, YamlOptions options) {
        return of(source, Utf8Text.read(source, file, options.maxBytes()), options);
    }

    /**
     * Reads a stream, such as standard input, to its end. The stream is not closed.
     *
     * @param source its name in errors and reports
     * @param in bytes in UTF-8, with or without byte order mark
     * @param options how to read it
     * @return the configuration
     * @throws ConfigException if it cannot be read, is too long or is not UTF-8
     */
    public static YamlConfig read(String source, InputStream in, YamlOptions options) {
        return of(source, Utf8Text.read(source, in, options.maxBytes()), options);
    }

    /**
     * Stands for a configuration that could not be had: a file that cannot be read, a store that does not answer. Among others in
     * {@link YamlConfigs} it is dropped for this reason, and the others are resolved.
     *
     * @param reason why; its source is the name of the configuration
     * @return a configuration whose questions all throw the reason
     */
    public static YamlConfig unavailable(ConfigException reason) {
        return new YamlConfig(reason.source(), "", YamlOptions.defaults(), reason);
    }

    /**
     * Returns the name of the configuration.
     *
     * @return its name in errors and reports
     */
    public String source() {
        return source;
    }

    /**
     * Returns where handles are used.
     *
     * @return the places of each handle, with line and column, in the order of the text
     * @throws ConfigException if the text cannot be used
     */
    public Map<Handle, List<Origin>> usages() {
        return parsed().usages();
    }

    /**
     * Returns the near misses: what its author probably meant to be a handle.
     *
     * @return warnings, in the order of the text
     * @throws ConfigException if the text cannot be used
     */
    public List<ConfigWarning> warnings() {
        return parsed().warnings();
    }

    /**
     * Resolves a text of one document to a tree.
     *
     * @param resolver where the values come from
     * @return maps, lists and scalars with secrets in the places of handles; null for an empty text
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the text cannot be used or has several documents
     */
    public @Nullable Object resolve(SecretResolver resolver) {
        List<@Nullable Object> documents = resolveDocuments(resolver);
        if (documents.size() > 1) {
            throw new ConfigException(
                    FailureKind.CONFIG, source, documents.size() + " documents where one is wanted; remove the '---'");
        }
        return documents.isEmpty() ? null : documents.get(0);
    }

    /**
     * Resolves a text of any number of documents to trees.
     *
     * @param resolver where the values come from
     * @return a tree a document; none for a text without documents
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the text cannot be used
     */
    public List<@Nullable Object> resolveDocuments(SecretResolver resolver) {
        return documents(resolver.lookUp(source, usages()));
    }

    /**
     * Resolves the text to a text. Every replaced scalar is in double quotes and reads the same in every YAML 1.1, YAML 1.2
     * and JSON parser; a tab behind one that was plain becomes a blank, as SnakeYAML for YAML 1.1 refuses it there.
     *
     * @param resolver where the values come from
     * @return the text with secrets in the places of handles; the same object if it has none
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the text cannot be used; one that cannot hold a handle is not looked at
     */
    public String rewrite(SecretResolver resolver) {
        return mayHoldHandles() ? rewritten(resolver.lookUp(source, usages())) : text;
    }

    /**
     * Returns the documents with given values: the last step of {@link #resolveDocuments}, for callers that looked the
     * values up themselves.
     *
     * @param values a value for every handle of {@link #usages()}
     * @return a tree a document
     * @throws ConfigException if the text cannot be used
     * @throws IllegalArgumentException if a value is missing
     */
    public List<@Nullable Object> documents(Map<Handle, SecretValue> values) {
        return parsed().trees(values);
    }

    /**
     * Returns the documents with {@link SecretValue#MASK} in the places of handles, for people to look at.
     *
     * @return a tree a document
     * @throws ConfigException if the text cannot be used
     */
    public List<@Nullable Object> maskedDocuments() {
        return parsed().masked();
    }

    /** The last step of {@link #rewrite}. */
    String rewritten(Map<Handle, SecretValue> values) {
        return mayHoldHandles() ? parsed().rewrite(values) : text;
    }

    /**
     * Whether the text could hold a handle: it has the characters that start one, or a backslash, which can spell any, or
     * a variable, which must be replaced anyway.
     */
    boolean mayHoldHandles() {
        return unavailable != null
                || text.contains(options.syntax().prefix())
                || text.indexOf('\\') >= 0
                || (options.template() && TemplateVariables.mayOccurIn(text));
    }

    private ParsedYaml parsed() {
        if (unavailable != null) {
            throw unavailable;
        }
        ParsedYaml known = parsed;
        return known != null ? known : parseOnce();
    }

    private ParsedYaml parseOnce() {
        synchronized (parsing) {
            ParsedYaml known = parsed;
            if (known == null) {
                known = ParsedYaml.parse(source, text, options);
                parsed = known;
                for (ConfigWarning warning : known.warnings()) {
                    LoggerFactory.getLogger(YamlConfig.class).warn("{}: {}", warning.origin(), warning.message());
                }
            }
            return known;
        }
    }

    /** Names the source only: the text may hold passwords that nobody has replaced by handles yet. */
    @Override
    public String toString() {
        return "YamlConfig[" + source + "]";
    }
}
