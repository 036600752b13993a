package io.agentsecrets.examples.cli.report;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Count;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretException;
import io.agentsecrets.UnresolvedHandlesException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** A line that sums up the outcome for all configurations. */
public final class Summary {

    private Summary() {}

    /**
     * Sums up.
     *
     * @param checks the outcome for each configuration
     * @param secrets how many handles have a value
     * @param calls how often the executable was started
     * @param took how long all calls together took
     * @return for example
     *     {@code 12 of 14 configurations resolved, 2 dropped (1 timeout, 1 missing); 30 secrets, 1 call in 0.2 s}
     */
    public static String of(Collection<? extends Resolution<?>> checks, int secrets, int calls, Duration took) {
        Map<FailureKind, Integer> dropped = new EnumMap<>(FailureKind.class);
        for (Resolution<?> check : checks) {
            if (check instanceof Resolution.Dropped<?> drop) {
                dropped.merge(kind(drop.reason()), 1, Integer::sum);
            }
        }
        return of(checks.size(), dropped, "resolved") + "; " + Count.of(secrets, "secret") + ", "
                + Count.of(calls, "call") + (calls == 0 ? "" : " in " + seconds(took));
    }

    /**
     * Sums up what was checked without asking for any secret.
     *
     * @param sources the result for each configuration
     * @return for example {@code 13 of 14 configurations can be read, 1 dropped (1 yaml); nothing was started}
     */
    public static String offline(Collection<CheckedSource> sources) {
        Map<FailureKind, Integer> dropped = new EnumMap<>(FailureKind.class);
        for (CheckedSource source : sources) {
            if (source.isDropped()) {
                dropped.merge(source.errors().get(0).kind(), 1, Integer::sum);
            }
        }
        return of(sources.size(), dropped, "can be read") + "; nothing was started";
    }

    private static String of(int all, Map<FailureKind, Integer> dropped, String well) {
        int count = dropped.values().stream().mapToInt(Integer::intValue).sum();
        String summary = (all - count) + " of " + Count.of(all, "configuration") + " " + well;
        if (count == 0) {
            return summary;
        }
        StringJoiner kinds = new StringJoiner(", ", " (", ")");
        dropped.forEach((kind, number) -> kinds.add(number + " " + kind.code()));
        return summary + ", " + count + " dropped" + kinds;
    }

    private static FailureKind kind(SecretException reason) {
        if (reason instanceof UnresolvedHandlesException unresolved
                && !unresolved.failures().isEmpty()) {
            return unresolved.failures().get(0).kind();
        }
        return reason instanceof ConfigException config ? config.kind() : FailureKind.CONFIG;
    }

    private static String seconds(Duration took) {
        BigDecimal seconds = BigDecimal.valueOf(took.toMillis(), 3).setScale(1, RoundingMode.HALF_UP);
        return seconds.toPlainString() + " s";
    }
}
