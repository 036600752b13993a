package io.agentsecrets.exec;

import java.time.Duration;

/**
 * The settings for when values are asked for again.
 *
 * @param interval the time between two refreshes; zero for never
 * @param scatter whether the first one comes after a random part of the interval
 * @param rejectionInterval the least time between two refreshes because a value was rejected
 */
record RefreshSettings(Duration interval, boolean scatter, Duration rejectionInterval) {

    private static final Duration LONGEST = Duration.ofDays(1);

    static RefreshSettings read(SettingsReader reader) {
        Duration rejected = reader.duration(Setting.REJECTION_INTERVAL, Duration.ZERO, LONGEST);
        return new RefreshSettings(
                reader.duration(Setting.REFRESH_INTERVAL, Duration.ZERO, LONGEST),
                reader.flag(Setting.REFRESH_SCATTER),
                rejected.isZero() ? Duration.ofMinutes(1) : rejected);
    }
}
