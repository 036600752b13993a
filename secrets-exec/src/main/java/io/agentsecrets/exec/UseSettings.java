package io.agentsecrets.exec;

import io.agentsecrets.NearMisses;
import io.agentsecrets.resolver.SecretResolver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings for the use of values: how long, and by which sources.
 *
 * @param timeToLive how long a value is used; null for no limit
 * @param staleLimit how much longer it is used while the backend fails; null for no limit
 * @param allowedHandles patterns of handles by patterns of sources; null if every source may use every handle
 * @param nearMisses what happens to a source with a near miss
 */
record UseSettings(
        @Nullable Duration timeToLive,
        @Nullable Duration staleLimit,
        @Nullable Map<String, List<String>> allowedHandles,
        NearMisses nearMisses) {

    private static final Duration YEAR = Duration.ofDays(365);

    UseSettings {
        allowedHandles = allowedHandles == null ? null : Map.copyOf(allowedHandles);
    }

    static UseSettings read(SettingsReader reader) {
        return new UseSettings(
                reader.optionalDuration(Setting.TIME_TO_LIVE, Duration.ofMillis(1), YEAR),
                reader.optionalDuration(Setting.STALE_LIMIT, Duration.ZERO, YEAR),
                allowedHandles(reader),
                nearMisses(reader));
    }

    /**
     * Reads the rule. A name without a value is an error: its entries may be commented out, and then it is not meant to
     * allow everything.
     */
    private static @Nullable Map<String, List<String>> allowedHandles(SettingsReader reader) {
        if (reader.isEmpty(Setting.ALLOWED_HANDLES)) {
            reader.wrong(
                    Setting.ALLOWED_HANDLES,
                    "is empty; write {} to allow nothing, or take the name out to allow everything");
        }
        return reader.textsByName(
                Setting.ALLOWED_HANDLES,
                "a map from patterns of sources to lists of patterns of handles, such as"
                        + " 'postgres.yaml': ['db_*']");
    }

    private static NearMisses nearMisses(SettingsReader reader) {
        String text = reader.text(Setting.NEAR_MISSES);
        boolean refuse = "refuse".equals(text);
        if (text != null && !refuse && !text.equals("warn")) {
            reader.wrong(Setting.NEAR_MISSES, "must be warn or refuse");
        }
        return refuse ? NearMisses.REFUSE : NearMisses.WARN;
    }

    SecretResolver.Builder applyTo(SecretResolver.Builder builder) {
        if (timeToLive != null) {
            builder.timeToLive(timeToLive);
        }
        if (staleLimit != null) {
            builder.staleLimit(staleLimit);
        }
        return allowedHandles == null ? builder : builder.rule(new AllowedHandles(allowedHandles));
    }
}
