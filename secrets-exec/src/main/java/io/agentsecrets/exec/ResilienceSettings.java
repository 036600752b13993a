package io.agentsecrets.exec;

import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.ResilientBackend;
import java.time.Duration;

/**
 * What is done about calls that fail.
 *
 * @param attempts how often a call is made at most
 * @param coolDown how long a backend that failed is left alone
 */
record ResilienceSettings(int attempts, Duration coolDown) {

    private static final int MOST_ATTEMPTS = 100;
    private static final Duration LONGEST_COOL_DOWN = Duration.ofDays(1);

    static ResilienceSettings read(SettingsReader reader) {
        return new ResilienceSettings(
                reader.whole(Setting.ATTEMPTS, 1, MOST_ATTEMPTS),
                reader.duration(Setting.COOL_DOWN, Duration.ZERO, LONGEST_COOL_DOWN));
    }

    /** Returns the same backend if nothing is to be done. */
    SecretBackend around(SecretBackend backend, Duration startUpPatience) {
        if (attempts == 1 && startUpPatience.isZero() && coolDown.isZero()) {
            return backend;
        }
        return ResilientBackend.builder(backend)
                .attempts(attempts)
                .startUpPatience(startUpPatience)
                .coolDown(coolDown)
                .build();
    }
}
