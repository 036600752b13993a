package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.OneLine;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.Usages;
import io.agentsecrets.resolver.SecretResolver;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A YAML configuration: a stream of documents with their handles, as sources of trees or of text.
 *
 * <p>{@link #tree} and {@link #trees} give trees, for loaders that want maps. {@link #text} gives the text, for loaders
 * that parse for themselves: all but the replaced scalars stays the same, byte for byte. All have the same handles.
 *
 * <p>The first call that needs it parses the text, and throws if there is an error in it; a text that can hold neither a
 * handle nor a near miss is not parsed for {@link #text} at all. YAML is read as version 1.2 with the core schema and
 * merge keys; tags of an application stay in the text and are ignored in the tree. Near misses are logged then, once.
 *
 * <p>Thread-safe. Every tree is new and belongs to the caller.
 */
public final class YamlConfig {

    /** Guards {@link #lazy} while it is made. It is shared, as each configuration would have to allocate a lock of its own. */
    private static final Object FIRST_USE = new Object();

    private final String source;
    private final String text;
    private final YamlOptions options;
    private final @Nullable ConfigException unavailable;

    /** Null until it is needed: a text that cannot hold a handle is not parsed. */
    private volatile @Nullable LazyYaml lazy;

    private YamlConfig(String source, String text, YamlOptions options, @Nullable ConfigException unavailable) {
        this.source = Objects.requireNonNull(source, "source");
        this.text = Objects.requireNonNull(text, "text");
        this.options = Objects.requireNonNull(options, "options");
        this.unavailable = unavailable;
    }

    /**
     * Returns a configuration for a text, with the default options.
     *
     * @param source its name in errors and reports
     * @param text YAML; it is not parsed yet
     * @return the configuration
     */
    public static YamlConfig of(String source, String text) {
        return of(source, text, YamlOptions.defaults());
    }

    /**
     * Returns a configuration for a text.
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
     * Reads a file with the default options. Its source is the name of the file without the folder; where files of the same
     * name are used with one resolver, {@linkplain #read(String, Path, YamlOptions) name them}.
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
     * Returns a placeholder for a configuration that could not be read: a file without rights, a store that is down.
     * Among others in {@link YamlConfigs} it is dropped for this reason, and the others are resolved.
     *
     * @param reason why; its source is the name of the configuration
     * @return a configuration whose methods throw the reason when they need the text
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
     * @return the handles with their places, with line and column, in the order of the text
     * @throws ConfigException if the text cannot be used
     */
    public Usages usages() {
        return parsed().usages();
    }

    /**
     * Returns the near misses: values that the author probably meant to be handles.
     *
     * @return warnings, in the order of the text
     * @throws ConfigException if the text cannot be used
     */
    public List<ConfigWarning> warnings() {
        return parsed().warnings();
    }

    /**
     * Returns the text as a source of trees, for loaders that want maps.
     *
     * @return a source of one tree for each document: maps, lists and scalars with secrets in the places of handles
     */
    public Source<List<@Nullable Object>> trees() {
        return new YamlSource.Trees(this);
    }

    /**
     * Returns the text as a source of one tree. It refuses a text of several documents.
     *
     * @return a source of maps, lists and scalars with secrets in the places of handles; null if there is no document
     */
    public Source<@Nullable Object> tree() {
        return new YamlSource.Tree(this);
    }

    /**
     * Returns the text as a source of text, for loaders that parse for themselves. Every replaced scalar is in double
     * quotes and reads the same in every YAML 1.1, YAML 1.2 and JSON parser. Tabs after a scalar that was not in quotes,
     * and the tag {@code !} before one, become blanks, as parsers disagree on them. A text in which parsers of YAML 1.1
     * would find other handles is refused, as is one that would become far longer than its secrets explain.
     *
     * @return a source of the text with secrets in the places of handles; the same object if it has none
     */
    public Source<String> text() {
        return mayFindAnything() ? new YamlSource.Text(this) : new YamlSource.TextWithoutHandles(this, text);
    }

    /**
     * Resolves {@link #tree()}.
     *
     * @param resolver where the values come from
     * @return maps, lists and scalars with secrets in the places of handles; null for an empty text
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the text cannot be used or has several documents
     */
    public @Nullable Object resolve(SecretResolver resolver) {
        return resolver.resolve(tree());
    }

    /**
     * Resolves {@link #trees()}.
     *
     * @param resolver where the values come from
     * @return one tree for each document; none for a text without documents
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the text cannot be used
     */
    public List<@Nullable Object> resolveDocuments(SecretResolver resolver) {
        return resolver.resolve(trees());
    }

    /**
     * Resolves {@link #text()}.
     *
     * @param resolver where the values come from
     * @return the text with secrets in the places of handles; the same object if it has none
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the text cannot be used; see {@link #text()} for what is not parsed
     */
    public String rewrite(SecretResolver resolver) {
        return mayFindAnything() ? resolver.resolve(new YamlSource.Text(this)) : text;
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

    private boolean mayFindAnything() {
        return unavailable != null || options.mayFindIn(text);
    }

    /** Returns the parsed text; the first call parses it. */
    ParsedYaml parsed() {
        if (unavailable != null) {
            throw unavailable;
        }
        if (lazy == null) {
            synchronized (FIRST_USE) {
                lazy = lazy == null ? new LazyYaml(source, text, options) : lazy;
            }
        }
        return lazy.get();
    }

    /** Names the source only: the text may hold passwords that nobody has replaced by handles yet. */
    @Override
    public String toString() {
        return "YamlConfig[" + OneLine.of(source) + "]";
    }
}
