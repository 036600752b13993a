package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link YamlConfig} as a source, in one of the forms in which it is written out. Each is a class, as a lambda would be linked
 * before the first process (docs/adr/0003).
 */
abstract sealed class YamlSource<T extends @Nullable Object> implements Source<T> {

    final YamlConfig config;

    private YamlSource(YamlConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return config.source();
    }

    /** Names the source only: the text may hold passwords that nobody has replaced by handles yet. */
    @Override
    public String toString() {
        return "YamlSource[" + OneLine.of(name()) + "]";
    }

    /** The text, with secrets in the places of handles. */
    static final class Text extends YamlSource<String> {

        Text(YamlConfig config) {
            super(config);
        }

        @Override
        public Usages usages() {
            return config.parsed().usagesOfText();
        }

        @Override
        public String with(Map<Handle, SecretValue> values) {
            return config.parsed().rewrite(values);
        }
    }

    /** A text that can hold no handle, so it is not parsed. */
    static final class TextWithoutHandles extends YamlSource<String> {

        private final String text;

        TextWithoutHandles(YamlConfig config, String text) {
            super(config);
            this.text = text;
        }

        @Override
        public Usages usages() {
            return Usages.none();
        }

        @Override
        public String with(Map<Handle, SecretValue> values) {
            return text;
        }
    }

    /** The tree of the only document. */
    static final class Tree extends YamlSource<@Nullable Object> {

        Tree(YamlConfig config) {
            super(config);
        }

        @Override
        public Usages usages() {
            return config.parsed().usagesOfOne();
        }

        @Override
        @SuppressWarnings("NullAway") // it does not see that T is nullable here
        public @Nullable Object with(Map<Handle, SecretValue> values) {
            return config.parsed().tree(values);
        }
    }

    /** A tree for each document. */
    static final class Trees extends YamlSource<List<@Nullable Object>> {

        Trees(YamlConfig config) {
            super(config);
        }

        @Override
        public Usages usages() {
            return config.usages();
        }

        @Override
        public List<@Nullable Object> with(Map<Handle, SecretValue> values) {
            return config.parsed().trees(values);
        }
    }
}
