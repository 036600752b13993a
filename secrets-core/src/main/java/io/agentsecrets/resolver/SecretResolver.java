package io.agentsecrets.resolver;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.KnownSecrets;
import io.agentsecrets.Redactor;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Ticker;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.audit.AuditTrail;
import io.agentsecrets.backend.GuardedBackend;
import io.agentsecrets.tree.ConfigTree;
import io.agentsecrets.tree.TreeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Resolves sources: puts secrets in the places of their handles. One resolver serves an agent for its whole life.
 *
 * <p>Resolving takes three steps: plan (collect the handles of the source), fetch (take values from the cache, and ask the
 * backend for the missing ones in at most one call), apply (copy the source with the values in place). A source with a
 * handle that fails is dropped, and no other; the error lists every failing handle. No literal {@code ENC[...]} gets out.
 *
 * <p>Values stay in memory as long as a source uses them; failures are not kept. {@link #refresh} fetches new values while
 * the agent runs, a {@link Refresher} does so in the background, and listeners are told which sources to resolve again. All
 * values of a source were right in the same call: a user name never meets the password of another generation.
 *
 * <p>Thread-safe. A source whose handles are all cached takes no lock and never waits for the backend. One thread asks the
 * backend at a time; those that need values meanwhile share the next call. No lock is held while the backend or code of the
 * agent runs, and this class starts no thread.
 */
public final class SecretResolver {

    private final GuardedBackend backend;
    private final HandlePolicy policy;
    private final int maxDepth;
    private final KnownSecrets secrets = new KnownSecrets();
    private final ChangeNotifier notifier;
    private final Outbox<DueChange> changes;
    private final Outbox<AuditEvent> audit;
    private final SourceRegistry registry;
    private final Lookups lookups;
    private final LiveValues live;
    private final Refreshes refreshes;
    private final Reports reports;

    private SecretResolver(Builder builder) {
        backend = GuardedBackend.around(builder.backend);
        policy = new HandlePolicy(builder.syntax, builder.rule, secrets.redactor());
        maxDepth = builder.maxDepth;
        ResolverMetrics metrics = GuardedMetrics.around(builder.metrics);
        notifier = new ChangeNotifier(metrics);
        changes = new Outbox<>("a listener for changes", notifier);
        audit = new Outbox<>("the audit trail", new AuditRecorder(builder.auditTrail));
        SecretCache cache = builder.cache();
        registry = new SourceRegistry(secrets, cache, changes, builder.auditTrail == AuditTrail.none() ? null : audit);
        AnswerFetcher fetcher =
                new AnswerFetcher(MeteredBackend.around(backend, metrics), registry, cache, secrets, audit);
        SharedCalls calls = new SharedCalls(fetcher);
        lookups = new Lookups(policy, registry, cache, calls, fetcher, audit, metrics);
        live = new LiveValues(registry, cache);
        refreshes = new Refreshes(calls, fetcher, registry, cache, metrics, changes, builder.rejectionInterval);
        reports = new Reports(registry, cache, secrets.redactor());
        backend.maskWith(secrets.redactor());
    }

    /**
     * Returns a builder of resolvers that ask the given backend.
     *
     * @param backend the store of the secrets; {@link SecretBackend#none()} if the agent has none
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
        return resolutions.values().iterator().next().orThrow();
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
        return Objects.requireNonNull(resolve(TreeSource.of(name, tree, policy.syntax(), maxDepth)));
    }

    /**
     * Resolves several trees, as {@link #resolveAll(Collection)} does.
     *
     * @param trees the configurations by name; a tree that is null, such as an empty document, resolves to null
     * @return the outcome for each, in the same order
     */
    public Map<String, Resolution<@Nullable Object>> resolveAll(Map<String, ? extends @Nullable Object> trees) {
        List<Source<@Nullable Object>> sources = new ArrayList<>(trees.size());
        trees.forEach((name, tree) -> sources.add(TreeSource.of(name, tree, policy.syntax(), maxDepth)));
        return resolveAll(sources);
    }

    /**
     * Resolves several sources with one call to the backend. If it fails as a whole and one source may be to blame, they are
     * asked for in smaller parts, with 32 calls at most.
     *
     * @param sources the sources, each with a name of its own
     * @param <T> what the sources are written out as
     * @return the outcome for each, by name and in the same order; what cannot be read or written out is dropped
     * @throws IllegalArgumentException if two have the same name
     */
    public <T extends @Nullable Object> Map<String, Resolution<T>> resolveAll(
            Collection<? extends Source<? extends T>> sources) {
        Map<String, Resolution<T>> resolutions = new PlanFetchApply<T>(sources, secrets.redactor()).run(lookups);
        changes.deliver();
        return resolutions;
    }

    /**
     * Returns a live value, for example for a connection pool. Each read gives the current value, with no lock and no call. A
     * change may come between two reads: {@link #values} reads a user name and its password together.
     *
     * @param source the name of a source, which may be resolved later
     * @param handle one of its handles
     * @return a supplier; it throws {@link IllegalStateException} for what is unresolved, dropped, too stale or forgotten
     */
    public Supplier<SecretValue> value(String source, Handle handle) {
        return live.of(source, handle);
    }

    /**
     * Reads the current values of a source, all of the same generation, as {@link #value} reads one.
     *
     * @param source the name of a source that was resolved
     * @return the value of each handle; a copy
     * @throws IllegalStateException if the source has no values
     */
    public Map<Handle, SecretValue> values(String source) {
        return live.values(source);
    }

    /**
     * Asks for every handle in use in one call, those of dropped sources too, and stores all answers at once: a thread that
     * resolves at the same time gets only old values for a source or only new ones. A handle that fails keeps its value.
     * Listeners are told about changed sources before this returns, unless another thread tells them of earlier changes.
     *
     * @return what changed and what failed
     */
    public RefreshResult refresh() {
        return refreshes.ofAll();
    }

    /**
     * Asks for the values of a source again because a server refused one of them, which may have changed. However many
     * checks report it, the backend is asked at most once a minute for the same handles (see {@link
     * Builder#rejectionInterval}), so that an old password does not lock an account.
     *
     * @param source the name of a source that was resolved
     * @return whether the source has other values now than the agent read last, by a resolve or live, so that a retry makes
     *     sense; listeners are told as well
     */
    public Rejection refreshRejected(String source) {
        return refreshes.ofRejected(source);
    }

    /** Returns the refreshes that a {@link Refresher} makes. */
    Refreshes refreshes() {
        return refreshes;
    }

    /**
     * Forgets a source that the agent no longer runs, and the secrets that only this source used.
     *
     * @param source the name of the source
     */
    public void forget(String source) {
        registry.forget(source);
        audit.deliver();
    }

    /**
     * Adds a listener for changed values. It is told about changes from now on.
     *
     * @param listener called for each source whose values changed; it may resolve and refresh from inside
     */
    public void addListener(ChangeListener listener) {
        notifier.addListener(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Removes a listener. A call to it that is under way is not stopped.
     *
     * @param listener a listener that was added; any other one is ignored
     */
    public void removeListener(ChangeListener listener) {
        notifier.removeListener(listener);
    }

    /**
     * Reports what was resolved, where it is used, and what failed, without starting or asking anything.
     *
     * @return the state at this moment
     */
    public SecretsReport report() {
        return reports.with(backend.status());
    }

    /**
     * Returns the age of the oldest value in use, for a gauge of the agent.
     *
     * @return the time since it was fetched; zero if there is none
     */
    public Duration oldestValue() {
        return reports.oldest();
    }

    /**
     * Returns a redactor that masks secrets in free text: the last value of each handle in use, and the one before it.
     *
     * @return always the same redactor
     */
    public Redactor redactor() {
        return secrets.redactor();
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
        private Duration rejectionInterval = Duration.ofMinutes(1);
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
         * @param staleLimit zero or more, from the end of the time to live; no limit if not set
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
         * Sets the metrics for calls, lookups and changes.
         *
         * @param metrics the agent's telemetry; {@link ResolverMetrics#none()} if not set
         * @return this builder
         */
        public Builder metrics(ResolverMetrics metrics) {
            this.metrics = Objects.requireNonNull(metrics, "metrics");
            return this;
        }

        /**
         * Sets the trail that records each fetch that changed something.
         *
         * @param auditTrail for example a file; {@link AuditTrail#none()} if not set
         * @return this builder
         */
        public Builder auditTrail(AuditTrail auditTrail) {
            this.auditTrail = Objects.requireNonNull(auditTrail, "auditTrail");
            return this;
        }

        /**
         * Sets how many values are cached. With 0 every resolve asks the backend.
         *
         * <p>A number above 0 is the only setting that loads classes of Caffeine. They initialise {@code java.util.logging},
         * so a Java agent in front of an application that chooses its log manager must not set it.
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
         * Limits how often the backend is asked for the same handles because a server refused their values.
         *
         * @param rejectionInterval the least time between two calls, zero or more; a minute if not set
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         * @see SecretResolver#refreshRejected
         */
        public Builder rejectionInterval(Duration rejectionInterval) {
            if (rejectionInterval.isNegative()) {
                throw new IllegalArgumentException("rejectionInterval must not be negative: " + rejectionInterval);
            }
            this.rejectionInterval = rejectionInterval;
            return this;
        }

        /**
         * Sets the clock that ages are measured with.
         *
         * @param ticker the clock; {@link Ticker#system()} if not set
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

        private SecretCache cache() {
            return new SecretCache(timeToLive, staleLimit, maximumSize, ticker);
        }
    }
}
