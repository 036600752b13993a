package io.agentsecrets.resolver;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Origin;
import io.agentsecrets.Redactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reports about the secrets in use. They read the registry as it is at the moment, and ask and start nothing. Reasons are
 * masked when they are shown: a reason may quote a value that became known only after it was given.
 */
final class Reports {

    private final SourceRegistry registry;
    private final SecretCache cache;
    private final Redactor redactor;

    Reports(SourceRegistry registry, SecretCache cache, Redactor redactor) {
        this.registry = registry;
        this.cache = cache;
        this.redactor = redactor;
    }

    /** Returns a report that begins with what the backend says of itself. */
    SecretsReport with(BackendStatus status) {
        return new SecretsReport(status.maskedBy(redactor), secrets(), failures());
    }

    private List<UsedSource> sourcesByName() {
        return registry.sources().stream()
                .sorted(Comparator.comparing(UsedSource::name))
                .toList();
    }

    /** Returns the handles that have a value, with the places where they resolved, sorted by handle and by source. */
    private List<SecretsReport.Secret> secrets() {
        Map<Handle, List<Origin>> origins = new HashMap<>();
        for (UsedSource source : sourcesByName()) {
            Set<Handle> failed = new HashSet<>();
            source.news().failures().forEach(failure -> failed.add(failure.handle()));
            source.usages().forEach((handle, places) -> {
                if (!failed.contains(handle)) {
                    origins.computeIfAbsent(handle, key -> new ArrayList<>()).addAll(places);
                }
            });
        }
        List<SecretsReport.Secret> secrets = new ArrayList<>(origins.size());
        long now = cache.now();
        origins.forEach((handle, places) -> {
            KnownHandle known = registry.find(handle);
            if (known != null) {
                addSecret(known, places, now, secrets);
            }
        });
        secrets.sort(Comparator.comparing(SecretsReport.Secret::handle));
        return secrets;
    }

    private void addSecret(KnownHandle handle, List<Origin> places, long now, List<SecretsReport.Secret> secrets) {
        KnownValue known = handle.known();
        if (known == null) {
            return;
        }
        FetchResult.Failed failure = handle.failure();
        boolean isFresh = failure == null && !cache.isExpired(known);
        secrets.add(new SecretsReport.Secret(
                handle.handle(),
                isFresh ? SecretsReport.State.FRESH : SecretsReport.State.STALE,
                Duration.ofNanos(now - known.fetchedAt()),
                failure == null ? null : failure.maskedBy(redactor).reason(),
                places));
    }

    private record Reason(Handle handle, FailureKind kind, String reason) {}

    /** Returns what failed last, sorted by handle; the same failure in several sources is one. */
    private List<HandleFailure> failures() {
        Map<Reason, List<Origin>> places = new LinkedHashMap<>();
        for (UsedSource source : sourcesByName()) {
            for (HandleFailure failure : source.news().failures()) {
                Reason reason = new Reason(failure.handle(), failure.kind(), failure.reason());
                places.computeIfAbsent(reason, key -> new ArrayList<>()).addAll(failure.origins());
            }
        }
        List<HandleFailure> failures = new ArrayList<>(places.size());
        places.forEach((reason, origins) -> failures.add(shown(reason, origins)));
        failures.sort(Comparator.comparing(HandleFailure::handle)
                .thenComparing(HandleFailure::kind)
                .thenComparing(HandleFailure::reason));
        return failures;
    }

    private HandleFailure shown(Reason reason, List<Origin> origins) {
        FetchResult.Failed masked = new FetchResult.Failed(reason.kind(), reason.reason()).maskedBy(redactor);
        return new HandleFailure(reason.handle(), origins, masked.kind(), masked.reason());
    }

    /** Returns the age of the oldest value in use, or zero if there is none. */
    Duration oldest() {
        long now = cache.now();
        long oldest = 0;
        for (KnownHandle handle : registry.handles()) {
            KnownValue known = handle.known();
            oldest = known == null ? oldest : Math.max(oldest, now - known.fetchedAt());
        }
        return Duration.ofNanos(oldest);
    }
}
