package io.agentsecrets.exec;

import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.ResilientBackend;
import java.time.Duration;

/**
 * The settings for calls that fail.
 *
 * @param attempts the largest number of attempts of a call
 * @param coolDown how long a backend that failed is left alone
 */
record ResilienceSettings(int attempts, Duration coolDown) {

    private static final int MOST_ATTEMPTS = 100;
    private static final Duration LONGEST_COOL_DOWN = Duration.ofDays(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    static ResilienceSettings read(SettingsReader reader) {
        return new ResilienceSettings(
                reader.whole(Setting.ATTEMPTS, 1, MOST_ATTEMPTS),
                reader.duration(Setting.COOL_DOWN, Duration.ZERO, LONGEST_COOL_DOWN));
    }

    /** Returns how long all attempts of a call take at most, if one attempt takes the given time. */
    Duration longest(Duration attempt) {
        return attempt.multipliedBy(attempts).plus(LONGEST_PAUSE.multipliedBy(attempts - 1L));
    }

    /** Returns a backend with attempts and cool-down around another one; the same backend if neither is set. */
    SecretBackend around(SecretBackend backend, Duration startUpPatience) {
        if (attempts == 1 && startUpPatience.isZero() && coolDown.isZero()) {
            return backend;
        }
        return ResilientBackend.builder(backend)
                .attempts(attempts)
                .longestPause(LONGEST_PAUSE)
                .startUpPatience(startUpPatience)
                .coolDown(coolDown)
                .build();
    }
}
