package io.agentsecrets.resolver;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.Origin;
import io.agentsecrets.Redactor;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Ticker;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.audit.AuditTrail;
import io.agentsecrets.tree.ConfigTree;
import io.agentsecrets.tree.TreeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts secrets in the places of handles. One resolver serves an agent for its whole life.
 *
 * <p>To resolve a source is always three steps: plan (collect its handles), fetch (from the cache, and what is missing
 * from the backend in at most one call), apply (copy the source with the values in). A source resolves whole or not at all:
 * if one of its handles fails it is dropped with an error that lists every failing handle, so the literal
 * {@code ENC[...]} never reaches a server. Other sources are not harmed.
 *
 * <p>Values stay in memory for the life of the resolver unless a time to live is set. Failures are not kept: what failed is
 * asked for again by the next resolve. {@link #refresh} brings new values while the agent runs, a {@link Refresher} does so
 * by itself, and listeners hear which sources to resolve again. All values of a source come from one generation: a user name
 * never meets the password of another refresh.
 *
 * <p>Thread-safe. A source whose handles are all cached takes no lock and never waits for the backend. The backend is
 * asked by one of the calling threads, one call at a time; threads that want something meanwhile share the next call. No
 * lock is held while the backend runs, and this class starts no thread.
 */
public final class SecretResolver {

    private final SecretBackend backend;
    private final HandleGate gate;
    private final int maxDepth;
    private final SecretCache cache;
    private final OriginRegistry origins = new OriginRegistry();
    private final ChangeNotifier notifier = new ChangeNotifier();
    private final BackendCalls calls;
    private final Refreshes refreshes;
    private final ResolverMetrics metrics;
    private final Audit audit;

    private SecretResolver(Builder builder) {
        backend = builder.backend;
        gate = new HandleGate(builder.syntax, builder.rule);
        maxDepth = builder.maxDepth;
        metrics = builder.metrics == ResolverMetrics.none() ? builder.metrics : new GuardedMetrics(builder.metrics);
        cache = new SecretCache(builder.timeToLive, builder.staleLimit, builder.maximumSize, builder.ticker);
        audit = new Audit(builder.auditTrail, cache, origins);
        calls = new BackendCalls(backend, cache, origins, notifier, metrics, audit);
        refreshes = new Refreshes(calls, cache, origins, gate, metrics, builder.ticker);
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
     * Resolves a source.
     *
     * @param source what uses handles
     * @param <T> what it is written out as
     * @return a copy with secrets in the places of handles
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the source cannot be read or written out
     */
    public <T extends @Nullable Object> T resolve(Source<T> source) {
        Map<String, Resolution<T>> resolutions = resolveAll(List.of(source));
        return Objects.requireNonNull(resolutions.get(source.name())).orThrow();
    }

    /**
     * Resolves a tree of maps, lists and scalars, such as a parsed configuration or the environment.
     *
     * @param name the name of the tree in errors and reports
     * @param tree the configuration: maps, collections, arrays and strings are looked into; it is not changed
     * @return a copy with secrets in the places of handles; the same object if it has none
     * @throws UnresolvedHandlesException if a handle failed; it lists all that did
     * @throws ConfigException if the tree is too deep or contains itself
     */
    public Object resolve(String name, Object tree) {
        return Objects.requireNonNull(resolve(TreeSource.of(name, tree, syntax(), maxDepth)));
    }

    /**
     * Resolves several trees, as {@link #resolveAll(Collection)} does.
     *
     * @param trees the configurations by name; a tree that is null, such as an empty document, resolves to null
     * @return what became of each, in the same order
     */
    public Map<String, Resolution<@Nullable Object>> resolveAll(Map<String, ? extends @Nullable Object> trees) {
        List<Source<@Nullable Object>> sources = new ArrayList<>(trees.size());
        trees.forEach((name, tree) -> sources.add(TreeSource.of(name, tree, syntax(), maxDepth)));
        return resolveAll(sources);
    }

    /**
     * Resolves several sources with one call to the backend. Should that call fail as a whole for a reason that one source
     * may be to blame for, the sources are asked for in smaller parts: 32 calls at most.
     *
     * @param sources what uses handles; each with a name of its own
     * @param <T> what they are written out as
     * @return what became of each, by name and in the same order; one that cannot be read or written out is dropped and
     *     harms no other one
     * @throws IllegalArgumentException if two have the same name
     */
    public <T extends @Nullable Object> Map<String, Resolution<T>> resolveAll(
            Collection<? extends Source<? extends T>> sources) {
        Map<String, Resolution<T>> resolutions = new LinkedHashMap<>();
        Map<String, Source<? extends T>> readable = new LinkedHashMap<>();
        Map<String, Map<Handle, List<Origin>>> usagesBySource = new LinkedHashMap<>();
        for (Source<? extends T> source : sources) {
            String name = source.name();
            try {
                Map<Handle, List<Origin>> usages = new LinkedHashMap<>();
                source.usages().forEach(usages::put);
                usagesBySource.put(name, usages);
                readable.put(name, source);
            } catch (ConfigException e) {
                resolutions.put(name, new Resolution.Dropped<>(name, e));
            } catch (RuntimeException e) {
                // of a map that somebody else wrote; its message may hold anything
                resolutions.put(name, dropped(name, "the configuration cannot be walked: ", e));
            }
        }
        lookUpAll(usagesBySource).forEach((name, lookup) -> {
            Source<? extends T> source = Objects.requireNonNull(readable.get(name));
            resolutions.put(
                    name,
                    lookup instanceof Resolution.Dropped<?> dropped
                            ? new Resolution.Dropped<>(name, dropped.reason())
                            : new Resolution.Resolved<>(name, source.with(lookup.orThrow())));
        });
        Map<String, Resolution<T>> inOrder = new LinkedHashMap<>();
        for (Source<? extends T> source : sources) {
            inOrder.put(source.name(), Objects.requireNonNull(resolutions.get(source.name())));
        }
        return inOrder;
    }

    private static <T extends @Nullable Object> Resolution<T> dropped(String name, String problem, Throwable e) {
        return new Resolution.Dropped<>(
                name,
                new ConfigException(
                        FailureKind.CONFIG, name, problem + e.getClass().getName()));
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
        return Objects.requireNonNull(lookUpAll(Map.of(source, usages)).get(source))
                .orThrow();
    }

    /**
     * Looks up the handles of several configurations with one call to the backend, as {@link #resolveAll} does.
     *
     * @param usagesBySource where each source uses which handles, by the name of the source
     * @return the values of each source, or why it is dropped, in the same order
     */
    public Map<String, Resolution<Map<Handle, SecretValue>>> lookUpAll(
            Map<String, Map<Handle, List<Origin>>> usagesBySource) {
        return new HandleLookup(cache, calls, origins, gate, metrics).lookUp(usagesBySource);
    }

    /**
     * Asks for every handle in use in one call and applies the answer at once: who resolves meanwhile gets all values of a
     * source from before or all from after it. What fails keeps the value it had. Listeners hear of the sources whose values
     * changed before this returns, unless another thread is telling them of earlier changes.
     *
     * <p>Handles of sources that were dropped are in use as well, so that they can be resolved once their secrets are there.
     *
     * @return what changed and what failed
     */
    public RefreshResult refresh() {
        return refreshes.ofAll();
    }

    /**
     * Reports that a server refused the value of a handle, which may mean that it was changed: the handle is asked for again,
     * together with those that stand beside it in a source. However many checks report it, that happens once a minute at
     * most.
     *
     * @param handle a handle in use
     * @return whether its value changed, so that trying again makes sense; the sources that use it are told as well
     */
    public boolean reportRejected(Handle handle) {
        return refreshes.ofRejected(handle);
    }

    /** Sets what is told, with no lock held, whenever the backend brought values. */
    void onValues(Runnable told) {
        calls.onValues(told);
    }

    /** Asks for values whose time is nearly over, before anybody has to wait for them. */
    RefreshResult renew() {
        return refreshes.ofEnding();
    }

    /** Returns in how many nanoseconds {@link #renew} has something to do, or {@link Long#MAX_VALUE} if nothing ends. */
    long nanosToRenewal() {
        return refreshes.nanosToRenewal();
    }

    /**
     * Forgets a source that the agent does not run any more. Secrets that only it used leave the memory of this resolver.
     *
     * @param source the name of the source
     */
    public void forget(String source) {
        Set<Handle> unused = origins.remove(source);
        audit.tellForgotten(source, unused);
        cache.forget(unused);
        refreshes.forget(unused);
    }

    /**
     * Adds a listener for changed values. It hears of changes that come from now on.
     *
     * @param listener told of each source whose values changed; it may resolve and refresh from inside
     */
    public void addListener(ChangeListener listener) {
        notifier.addListener(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Removes a listener. It may still hear of a change that is being told.
     *
     * @param listener one that was added; another one is passed over
     */
    public void removeListener(ChangeListener listener) {
        notifier.removeListener(listener);
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
                FetchResult.Failed failure = cache.lastFailure(handle);
                boolean fresh = failure == null && !cache.isExpired(handle);
                secrets.add(new SecretsReport.Secret(
                        handle,
                        fresh ? SecretsReport.State.FRESH : SecretsReport.State.STALE,
                        age,
                        failure == null ? null : failure.reason(),
                        places));
            }
        });
        return new SecretsReport(backend.status(), secrets, origins.failures());
    }

    /**
     * Returns the age of the oldest value in use, for a gauge of the agent.
     *
     * @return the time since it was fetched; zero if there is none
     */
    public Duration oldestValue() {
        return cache.oldest();
    }

    /**
     * Returns what masks the values fetched so far in free text, such as a log line of the agent. Get a new one after a
     * resolve: it does not learn.
     *
     * @return a redactor for the last value of each handle and the one before it
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
        return gate.syntax();
    }

    /** The settings of a resolver. Not thread-safe; each {@link #build()} gives a new resolver with an empty cache. */
    public static final class Builder {

        private final SecretBackend backend;
        private HandleSyntax syntax = HandleSyntax.enc();
        private @Nullable HandleRule rule;
        private @Nullable Duration timeToLive;
        private @Nullable Duration staleLimit;
        private ResolverMetrics metrics = ResolverMetrics.none();
        private AuditTrail auditTrail = AuditTrail.none();
        private long maximumSize = -1;
        private int maxDepth = ConfigTree.DEFAULT_MAX_DEPTH;
        private Ticker ticker = Ticker.system();

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
         * Sets how long a value whose time to live is over is still served while the backend fails.
         *
         * @param staleLimit zero or more, from the end of the time to live; without limit if not set
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder staleLimit(Duration staleLimit) {
            if (staleLimit.isNegative()) {
                throw new IllegalArgumentException("staleLimit must not be negative, but is " + staleLimit);
            }
            this.staleLimit = staleLimit;
            return this;
        }

        /**
         * Sets what is told of calls, lookups and changes.
         *
         * @param metrics the agent's telemetry; {@link ResolverMetrics#NONE} if not set
         * @return this builder
         */
        public Builder metrics(ResolverMetrics metrics) {
            this.metrics = Objects.requireNonNull(metrics, "metrics");
            return this;
        }

        /**
         * Sets what records each fetch that changed something.
         *
         * @param auditTrail such as a file; {@link AuditTrail#NONE} if not set
         * @return this builder
         */
        public Builder auditTrail(AuditTrail auditTrail) {
            this.auditTrail = Objects.requireNonNull(auditTrail, "auditTrail");
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

        /**
         * Sets the time by which values grow old.
         *
         * @param ticker the time; {@link Ticker#system()} if not set
         * @return this builder
         */
        public Builder ticker(Ticker ticker) {
            this.ticker = Objects.requireNonNull(ticker, "ticker");
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
