package io.agentsecrets.tree;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.Loggers;
import io.agentsecrets.OneLine;
import io.agentsecrets.Origin;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A source that is a tree of maps, lists and scalars, such as a parsed configuration or the environment.
 *
 * <p>Handles are found in every {@link CharSequence}, also in sets and arrays of objects. If a leaf of another type shows a
 * handle, such as a node of a JSON library, an {@code Optional} or a record, the tree is refused, as the handle could not
 * be replaced.
 *
 * <p>The first call reads the tree once, into a plan; later calls use the plan. So no handle gets through if somebody
 * changes the tree meanwhile. Near misses are logged as warnings when the tree is read. Thread-safe.
 */
public final class TreeSource implements Source<@Nullable Object> {

    private final String name;
    private final HandleSyntax syntax;
    private final int maxDepth;
    private @Nullable Object tree;
    private @Nullable TreePlan plan;

    private TreeSource(String name, @Nullable Object tree, HandleSyntax syntax, int maxDepth) {
        this.name = Objects.requireNonNull(name, "name");
        this.tree = tree;
        this.syntax = Objects.requireNonNull(syntax, "syntax");
        this.maxDepth = maxDepth;
    }

    /**
     * Returns a source for a tree with handles {@code ENC[...]}, nested {@link ConfigTree#DEFAULT_MAX_DEPTH} levels deep at
     * most.
     *
     * @param name its name in errors and reports
     * @param tree maps, collections, arrays of objects and scalars; null, such as an empty document, is fine
     * @return the source
     */
    public static TreeSource of(String name, @Nullable Object tree) {
        return of(name, tree, HandleSyntax.enc(), ConfigTree.DEFAULT_MAX_DEPTH);
    }

    /**
     * Returns a source for a tree.
     *
     * @param name its name in errors and reports
     * @param tree maps, collections, arrays of objects and scalars; null, such as an empty document, is fine
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

    /**
     * {@inheritDoc}
     *
     * @throws ConfigException if the tree is nested too deeply, contains itself, or shows a handle in a leaf that is not
     *     text
     */
    @Override
    public Usages usages() {
        return plan().usages();
    }

    @Override
    @SuppressWarnings("NullAway") // it does not look at the argument of Source
    public @Nullable Object with(Map<Handle, SecretValue> values) {
        return plan().with(values);
    }

    private synchronized TreePlan plan() {
        if (plan == null) {
            Usages.Builder usages = Usages.builder();
            ConfigTree.Copy copy = ConfigTree.copy(name, tree, maxDepth, (path, leaf) -> planned(path, leaf, usages));
            plan = new TreePlan(copy, usages.build());
            tree = null;
        }
        return plan;
    }

    private @Nullable Object planned(TreePath path, @Nullable Object leaf, Usages.Builder usages) {
        if (!(leaf instanceof CharSequence)) {
            if (leaf != null && LeafContent.shows(leaf, syntax)) {
                throw new ConfigException(
                        FailureKind.CONFIG,
                        name,
                        (path == TreePath.ROOT ? "the tree" : "the value at " + path) + " is a "
                                + leaf.getClass().getTypeName()
                                + " that holds a handle; only text can be resolved, so give it as text, a map or a list");
            }
            return leaf;
        }
        String text = leaf.toString();
        Optional<Handle> handle = syntax.parse(text);
        if (handle.isPresent()) {
            usages.add(handle.get(), Origin.of(name, path.toString()));
            return new TreePlan.Place(handle.get());
        }
        Optional<String> problem = syntax.nearMiss(text);
        if (problem.isPresent()) {
            Loggers.of(TreeSource.class).warn("{}: {}", Origin.of(name, path.toString()), problem.get());
        }
        return leaf instanceof String ? leaf : text; // nobody else can change it any more
    }

    /** Names the source only: the tree may hold passwords that nobody has replaced by handles yet. */
    @Override
    public String toString() {
        return "TreeSource[" + OneLine.of(name) + "]";
    }
}
