package io.agentsecrets;

import io.agentsecrets.tree.ConfigTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts secrets in the places of handles. One resolver serves an agent for its whole life.
 *
 * <p>To resolve a source is always three steps: plan (collect its handles), fetch (from the cache, and what is missing
 * from the backend in at most one call), apply (copy the source with the values in). A source resolves whole or not at all:
 * if one of its handles fails it is dropped with an error that lists every failing handle, so the literal
 * {@code ENC[...]} never reaches a server. Other sources are not harmed.
 *
 * <p>Values stay in memory for the life of the resolver unless a time to live is set. Failures are not kept: what failed is
 * asked for again by the next resolve.
 *
 * <p>Thread-safe. A source whose handles are all cached takes no lock and never waits for the backend. The backend is
 * asked by one of the calling threads, one call at a time; threads that want something meanwhile share the next call. No
 * lock is held while the backend runs, and this class starts no thread.
 */
public final class SecretResolver {

    private final SecretBackend backend;
    private final HandleSyntax syntax;
    private final @Nullable HandleRule rule;
    private final int maxDepth;
    private final SecretCache cache;
    private final BackendCalls calls;
    private final OriginRegistry origins = new OriginRegistry();

    private SecretResolver(Builder builder) {
        backend = builder.backend;
        syntax = builder.syntax;
        rule = builder.rule;
        maxDepth = builder.maxDepth;
        cache = new SecretCache(builder.timeToLive, builder.maximumSize, builder.nanoTime);
        calls = new BackendCalls(backend, cache);
    }

    /**
     * Returns a builder of resolvers that ask the given backend.
     *
     * @param backend where the secrets are; {@link SecretBackend#none()} if the agent has none
     * @return a builder with the default settings
     */
    public static Builder builder(SecretBackend backend) {
        return new Builder(backend);
    }

    /**
     * Resolves a tree of maps, lists and scalars, such as a parsed configuration or the environment.
     *
     * @param source the name of the tree in errors and reports
     * @param tree the configuration: maps, collections, arrays and strings are looked into, everything else is left as it
     *     is; it is not changed
     * @return a copy with secrets in the places of handles; the same object if it has none
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the tree is too deep or contains itself
     */
    public Object resolve(String source, Object tree) {
        Map<Handle, List<Origin>> usages = usagesIn(source, tree);
        return withValues(source, tree, lookUp(source, usages));
    }

    /**
     * Resolves several trees with one call to the backend. Should that call fail as a whole for a reason that one source
     * may be to blame for, the sources are asked for in smaller parts (SPEC.md, section 6).
     *
     * @param trees the configurations by the name of their source
     * @return what became of each, in the same order; a tree that is null, such as an empty document, resolves to null
     */
    public Map<String, Resolution<@Nullable Object>> resolveAll(Map<String, ? extends @Nullable Object> trees) {
        Map<String, Resolution<@Nullable Object>> resolutions = new LinkedHashMap<>();
        Map<String, Map<Handle, List<Origin>>> usagesBySource = new LinkedHashMap<>();
        trees.forEach((source, tree) -> {
            resolutions.put(source, new Resolution.Resolved<>(source, tree));
            try {
                usagesBySource.put(source, usagesIn(source, tree));
            } catch (ConfigException e) {
                resolutions.put(source, new Resolution.Dropped<>(source, e));
            } catch (RuntimeException e) {
                // of a map that somebody else wrote; its message may hold anything
                String problem =
                        "the configuration cannot be walked: " + e.getClass().getName();
                resolutions.put(
                        source,
                        new Resolution.Dropped<>(source, new ConfigException(FailureKind.YAML, source, problem)));
            }
        });
        lookUpAll(usagesBySource).forEach((source, lookup) -> {
            Object tree = trees.get(source);
            if (lookup instanceof Resolution.Dropped<Map<Handle, SecretValue>> dropped) {
                resolutions.put(source, new Resolution.Dropped<>(source, dropped.reason()));
            } else if (tree != null) {
                resolutions.put(source, new Resolution.Resolved<>(source, withValues(source, tree, lookup.orThrow())));
            }
        });
        return resolutions;
    }

    /**
     * Looks up the handles of a configuration in a format that this library does not know. The caller finds the handles
     * (see {@link #syntax()}) and puts the values in.
     *
     * @param source the name of the configuration
     * @param usages where it uses which handles, in order
     * @return a value for every handle
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     */
    public Map<Handle, SecretValue> lookUp(String source, Map<Handle, List<Origin>> usages) {
        Map<Handle, FetchResult> results = new HashMap<>();
        Set<Handle> open = findCached(source, usages.keySet(), results);
        if (!open.isEmpty()) {
            results.putAll(calls.fetch(List.of(open)));
        }
        return outcome(source, usages, results).orThrow();
    }

    /**
     * Looks up the handles of several configurations with one call to the backend, as {@link #resolveAll} does.
     *
     * @param usagesBySource where each source uses which handles, by the name of the source
     * @return the values of each source, or why it is dropped, in the same order
     */
    public Map<String, Resolution<Map<Handle, SecretValue>>> lookUpAll(
            Map<String, Map<Handle, List<Origin>>> usagesBySource) {
        Map<String, Map<Handle, FetchResult>> results = new HashMap<>();
        List<Set<Handle>> open = new ArrayList<>();
        usagesBySource.forEach((source, usages) -> {
            Map<Handle, FetchResult> known = new HashMap<>();
            Set<Handle> missing = findCached(source, usages.keySet(), known);
            results.put(source, known);
            if (!missing.isEmpty()) {
                open.add(missing);
            }
        });
        Map<Handle, FetchResult> fetched = open.isEmpty() ? Map.of() : calls.fetch(open);
        Map<String, Resolution<Map<Handle, SecretValue>>> lookups = new LinkedHashMap<>();
        usagesBySource.forEach((source, usages) -> {
            Map<Handle, FetchResult> known = Objects.requireNonNull(results.get(source));
            for (Handle handle : usages.keySet()) {
                FetchResult result = fetched.get(handle);
                if (result != null) {
                    known.putIfAbsent(handle, result);
                }
            }
            lookups.put(source, outcome(source, usages, known));
        });
        return lookups;
    }

    /**
     * Reports what was resolved, where it is used, and what failed. Starts and asks nothing.
     *
     * @return the state at this moment
     */
    public SecretsReport report() {
        List<SecretsReport.Secret> secrets = new ArrayList<>();
        origins.originsByHandle().forEach((handle, places) -> {
            Duration age = cache.age(handle);
            if (age != null) {
                secrets.add(new SecretsReport.Secret(handle, SecretsReport.State.FRESH, age, places));
            }
        });
        return new SecretsReport(backend.status(), secrets, origins.failures());
    }

    /**
     * Returns what masks the values fetched so far in free text, such as a log line of the agent. Get a new one after a
     * resolve: it does not learn.
     *
     * @return a redactor for the last value of each handle
     */
    public Redactor redactor() {
        return Redactor.of(cache.lastValues());
    }

    /**
     * Returns how handles are written in this resolver's trees.
     *
     * @return the syntax it was built with
     */
    public HandleSyntax syntax() {
        return syntax;
    }

    private Map<Handle, List<Origin>> usagesIn(String source, @Nullable Object tree) {
        Map<Handle, List<Origin>> usages = new LinkedHashMap<>();
        ConfigTree.mapStrings(source, tree, maxDepth, (path, text) -> {
            syntax.parse(text)
                    .ifPresent(handle -> usages.computeIfAbsent(handle, key -> new ArrayList<>(1))
                            .add(Origin.of(source, path.toString())));
            syntax.nearMiss(text)
                    .ifPresent(problem -> Log.LOGGER.warn("{}: {}", Origin.of(source, path.toString()), problem));
            return text;
        });
        return usages;
    }

    private Object withValues(String source, Object tree, Map<Handle, SecretValue> values) {
        if (values.isEmpty()) {
            return tree;
        }
        return Objects.requireNonNull(ConfigTree.mapStrings(
                source,
                tree,
                maxDepth,
                (path, text) -> syntax.parse(text)
                        .map(handle -> revealed(source, values.get(handle)))
                        .orElse(text)));
    }

    private static String revealed(String source, @Nullable SecretValue value) {
        if (value == null) {
            throw new ConcurrentModificationException(OneLine.of(source) + " was changed while it was resolved");
        }
        return value.reveal();
    }

    /** Puts what is known without asking into {@code results} and returns what the backend has to be asked for. */
    private Set<Handle> findCached(String source, Collection<Handle> handles, Map<Handle, FetchResult> results) {
        Set<Handle> open = new LinkedHashSet<>();
        for (Handle handle : handles) {
            FetchResult known = resultWithoutAsking(source, handle);
            if (known == null) {
                open.add(handle);
            } else {
                results.put(handle, known);
            }
        }
        return open;
    }

    private @Nullable FetchResult resultWithoutAsking(String source, Handle handle) {
        if (handle.isEmpty()) {
            return new FetchResult.Failed(
                    FailureKind.EMPTY_HANDLE, "the handle has no name; write " + syntax.format(new Handle("handle")));
        }
        if (rule != null && !rule.mayUse(source, handle)) {
            return new FetchResult.Failed(FailureKind.DENIED, "this source may not use this handle");
        }
        SecretValue cached = cache.find(handle);
        if (cached != null) {
            return new FetchResult.Found(cached, null);
        }
        return handle.isWellFormed()
                ? null
                : new FetchResult.Failed(FailureKind.INVALID, "the handle holds half a surrogate pair");
    }

    private Resolution<Map<Handle, SecretValue>> outcome(
            String source, Map<Handle, List<Origin>> usages, Map<Handle, FetchResult> results) {
        Map<Handle, SecretValue> values = new HashMap<>();
        List<HandleFailure> failures = new ArrayList<>(0);
        for (Map.Entry<Handle, List<Origin>> usage : usages.entrySet()) {
            Handle handle = usage.getKey();
            FetchResult known = results.get(handle);
            FetchResult result = known == null ? FetchResult.missing() : known;
            if (result instanceof FetchResult.Found found) {
                values.put(handle, found.value());
            } else if (result instanceof FetchResult.Failed failed) {
                failures.add(new HandleFailure(handle, usage.getValue(), failed.kind(), failed.reason()));
            }
        }
        origins.register(source, usages, failures);
        return failures.isEmpty()
                ? new Resolution.Resolved<>(source, values)
                : new Resolution.Dropped<>(
                        source, new UnresolvedHandlesException(source, usages.size(), failures, syntax));
    }

    /** Loaded by the first warning, so that an agent without warnings does not start a logging system for this class. */
    private static final class Log {
        static final Logger LOGGER = LoggerFactory.getLogger(SecretResolver.class);
    }

    /** The settings of a resolver. Not thread-safe; each {@link #build()} gives a new resolver with an empty cache. */
    public static final class Builder {

        private final SecretBackend backend;
        private HandleSyntax syntax = HandleSyntax.enc();
        private @Nullable HandleRule rule;
        private @Nullable Duration timeToLive;
        private long maximumSize = -1;
        private int maxDepth = ConfigTree.DEFAULT_MAX_DEPTH;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(SecretBackend backend) {
            this.backend = Objects.requireNonNull(backend, "backend");
        }

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
         * Sets which source may use which handles.
         *
         * @param rule the rule; if not set, every source may use every handle
         * @return this builder
         */
        public Builder rule(HandleRule rule) {
            this.rule = Objects.requireNonNull(rule, "rule");
            return this;
        }

        /**
         * Sets how long a value is used before the backend is asked again. A reply may shorten this for a value.
         *
         * @param timeToLive more than zero; if not set, values are used for the life of the resolver
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder timeToLive(Duration timeToLive) {
            if (timeToLive.isNegative() || timeToLive.isZero()) {
                throw new IllegalArgumentException("timeToLive must be more than zero, not " + timeToLive);
            }
            this.timeToLive = timeToLive;
            return this;
        }

        /**
         * Sets how many values are cached. With 0 every resolve asks the backend.
         *
         * @param maximumSize 0 or more; if not set, all values are cached
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maximumSize(long maximumSize) {
            if (maximumSize < 0) {
                throw new IllegalArgumentException("maximumSize must not be negative, but is " + maximumSize);
            }
            this.maximumSize = maximumSize;
            return this;
        }

        /**
         * Sets how deep the maps and lists of a tree may be nested.
         *
         * @param maxDepth 1 or more; {@link ConfigTree#DEFAULT_MAX_DEPTH} if not set
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxDepth(int maxDepth) {
            if (maxDepth < 1) {
                throw new IllegalArgumentException("maxDepth must be 1 or more, but is " + maxDepth);
            }
            this.maxDepth = maxDepth;
            return this;
        }

        /** Sets the clock of the cache, in nanoseconds from any start, for tests. */
        Builder nanoTime(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        /**
         * Builds the resolver. It asks and starts nothing yet.
         *
         * @return a resolver with an empty cache
         */
        public SecretResolver build() {
            return new SecretResolver(this);
        }
    }
}
