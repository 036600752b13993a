package io.agentsecrets.yaml;

import io.agentsecrets.HandleSyntax;
import io.agentsecrets.NearMisses;
import io.agentsecrets.tree.ConfigTree;
import io.agentsecrets.tree.TemplateVariables;
import java.util.Objects;

/** The options for reading YAML: the syntax of handles, template variables, and limits. Immutable. */
public final class YamlOptions {

    private static final YamlOptions DEFAULTS = builder().build();

    private final HandleSyntax syntax;
    private final TemplateVariables variables;
    private final boolean template;
    private final NearMisses nearMisses;
    private final boolean scanner;
    private final int maxBytes;
    private final int maxDepth;
    private final int maxAliases;

    private YamlOptions(Builder builder) {
        syntax = builder.syntax;
        variables = builder.variables;
        template = builder.template;
        nearMisses = builder.nearMisses;
        scanner = builder.scanner;
        maxBytes = builder.maxBytes;
        maxDepth = builder.maxDepth;
        maxAliases = builder.maxAliases;
    }

    /**
     * Returns the defaults: {@code ENC[...]}, no template variables, and the limits of docs/spec.md, sections 2 and 3.
     *
     * @return the options of {@link YamlConfig#of(String, String)}
     */
    public static YamlOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    HandleSyntax syntax() {
        return syntax;
    }

    /** Whether the syntax looks only at values with a bracket, square or round. A syntax of the agent's own may look at any. */
    boolean looksAtBracketsOnly() {
        return syntax == HandleSyntax.enc();
    }

    TemplateVariables variables() {
        return variables;
    }

    /** Whether sources are templates: only then does {@code %%} mean anything. */
    boolean template() {
        return template;
    }

    NearMisses nearMisses() {
        return nearMisses;
    }

    /**
     * Whether a text could hold something to find or to warn of: a handle or a near miss, a backslash, which can escape any
     * character of one, a variable, or a character on which parsers disagree.
     */
    boolean mayFindIn(String text) {
        return mayHoldHandles(text)
                || text.indexOf('\\') >= 0
                || (template && TemplateVariables.mayOccurIn(text))
                || OtherReaders.mayDifferIn(text);
    }

    private boolean mayHoldHandles(String text) {
        try {
            return syntax.mayOccurIn(text);
        } catch (Throwable e) {
            return true; // so the text is read, and whatever else the syntax throws is reported with its place
        }
    }

    /** Whether a text may be read without the engine: it is allowed, and the text holds no variables. */
    boolean mayScan(String text) {
        return scanner && !(template && TemplateVariables.mayOccurIn(text));
    }

    int maxBytes() {
        return maxBytes;
    }

    int maxDepth() {
        return maxDepth;
    }

    int maxAliases() {
        return maxAliases;
    }

    /** Settings for reading YAML. Not thread-safe. */
    public static final class Builder {

        private HandleSyntax syntax = HandleSyntax.enc();
        private TemplateVariables variables = TemplateVariables.none();
        private boolean template;
        private NearMisses nearMisses = NearMisses.WARN;
        private boolean scanner = true;
        private int maxBytes = 3 * 1024 * 1024;
        private int maxDepth = ConfigTree.DEFAULT_MAX_DEPTH;
        private int maxAliases = 50;

        private Builder() {}

        /**
         * Sets how handles are written.
         *
         * @param syntax the syntax; {@link HandleSyntax#enc()} if not set
         * @return this builder
         */
        public Builder syntax(HandleSyntax syntax) {
            this.syntax = Objects.requireNonNull(syntax, "syntax");
            return this;
        }

        /**
         * Makes sources templates: variables are replaced in values, before handles are looked for and inside handles too,
         * also where they stand unquoted ({@code server: %%host%%}). The inserted text stays one scalar. A variable without
         * a value is left as it is and causes a warning.
         *
         * @param variables their values; if not set, {@code %%} has no meaning
         * @return this builder
         */
        public Builder variables(TemplateVariables variables) {
            this.variables = Objects.requireNonNull(variables, "variables");
            this.template = true;
            return this;
        }

        /**
         * Sets what happens to a source with near misses.
         *
         * @param nearMisses {@link NearMisses#WARN} if not set
         * @return this builder
         */
        public Builder nearMisses(NearMisses nearMisses) {
            this.nearMisses = Objects.requireNonNull(nearMisses, "nearMisses");
            return this;
        }

        /**
         * Sets whether texts in the style of check files, which are most, are read by a scanner of this library where
         * SnakeYAML Engine is not needed. It finds the same and takes a fraction of the time; without it the engine reads
         * every text.
         *
         * @param scanner true if not set
         * @return this builder
         */
        public Builder scanner(boolean scanner) {
            this.scanner = scanner;
            return this;
        }

        /**
         * Sets how large a source may be.
         *
         * @param maxBytes bytes in UTF-8, 1 or more; 3 MiB if not set
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxBytes(int maxBytes) {
            this.maxBytes = atLeastOne("maxBytes", maxBytes);
            return this;
        }

        /**
         * Sets how deep maps and lists may be nested.
         *
         * @param maxDepth levels, 1 or more; {@link ConfigTree#DEFAULT_MAX_DEPTH} if not set
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxDepth(int maxDepth) {
            this.maxDepth = atLeastOne("maxDepth", maxDepth);
            return this;
        }

        /**
         * Sets how many aliases of maps and lists a source may have. Aliases of scalars do not count.
         *
         * @param maxAliases 0 or more; 50 if not set, as in SnakeYAML Engine
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxAliases(int maxAliases) {
            if (maxAliases < 0) {
                throw new IllegalArgumentException("maxAliases must not be negative, but is " + maxAliases);
            }
            this.maxAliases = maxAliases;
            return this;
        }

        /**
         * Builds the options.
         *
         * @return immutable options
         */
        public YamlOptions build() {
            return new YamlOptions(this);
        }

        private static int atLeastOne(String setting, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(setting + " must be 1 or more, but is " + value);
            }
            return value;
        }
    }
}
