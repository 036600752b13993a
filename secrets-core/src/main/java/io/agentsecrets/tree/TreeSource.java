package io.agentsecrets.tree;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.OneLine;
import io.agentsecrets.Origin;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import java.util.ConcurrentModificationException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A tree of maps, lists and scalars as a source, such as a configuration that was parsed already, or the environment. Near
 * misses are logged as warnings when its usages are asked for.
 */
public final class TreeSource implements Source<@Nullable Object> {

    private final String name;
    private final @Nullable Object tree;
    private final HandleSyntax syntax;
    private final int maxDepth;

    private TreeSource(String name, @Nullable Object tree, HandleSyntax syntax, int maxDepth) {
        this.name = Objects.requireNonNull(name, "name");
        this.tree = tree;
        this.syntax = Objects.requireNonNull(syntax, "syntax");
        this.maxDepth = maxDepth;
    }

    /**
     * Returns a source for a tree with handles {@code ENC[...]}, nested {@link ConfigTree#DEFAULT_MAX_DEPTH} levels deep at most.
     *
     * @param name its name in errors and reports
     * @param tree maps, collections, arrays and strings are looked into; null, such as an empty document, is fine
     * @return the source
     */
    public static TreeSource of(String name, @Nullable Object tree) {
        return of(name, tree, HandleSyntax.enc(), ConfigTree.DEFAULT_MAX_DEPTH);
    }

    /**
     * Returns a source for a tree.
     *
     * @param name its name in errors and reports
     * @param tree maps, collections, arrays and strings are looked into; null, such as an empty document, is fine
     * @param syntax how handles are written
     * @param maxDepth how deep collections may be nested, 1 or more
     * @return the source
     */
    public static TreeSource of(String name, @Nullable Object tree, HandleSyntax syntax, int maxDepth) {
        return new TreeSource(name, tree, syntax, maxDepth);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Usages usages() throws ConfigException {
        Usages.Builder usages = Usages.builder();
        ConfigTree.mapStrings(name, tree, maxDepth, (path, text) -> {
            syntax.parse(text).ifPresent(handle -> usages.add(handle, Origin.of(name, path.toString())));
            syntax.nearMiss(text)
                    .ifPresent(problem -> LoggerFactory.getLogger(TreeSource.class)
                            .warn("{}: {}", Origin.of(name, path.toString()), problem));
            return text;
        });
        return usages.build();
    }

    @Override
    @SuppressWarnings("NullAway") // it does not look at the argument of Source
    public @Nullable Object with(Map<Handle, SecretValue> values) {
        if (values.isEmpty()) {
            return tree;
        }
        return ConfigTree.mapStrings(
                name,
                tree,
                maxDepth,
                (path, text) -> syntax.parse(text)
                        .map(handle -> revealed(values.get(handle)))
                        .orElse(text));
    }

    private String revealed(@Nullable SecretValue value) {
        if (value == null) {
            throw new ConcurrentModificationException(OneLine.of(name) + " was changed while it was resolved");
        }
        return value.reveal();
    }

    /** Names the source only: the tree may hold passwords that nobody has replaced by handles yet. */
    @Override
    public String toString() {
        return "TreeSource[" + OneLine.of(name) + "]";
    }
}
