package io.agentsecrets.exec;

import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.ResilientBackend;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings for calls that fail.
 *
 * @param attempts the largest number of attempts of a call
 * @param coolDown how long a backend that failed is left alone
 * @param stateFile keeps the cool-down over a restart; null if no file does
 */
record ResilienceSettings(
        int attempts, Duration coolDown, @Nullable Path stateFile) {

    /** The name of the only backend in the state file. */
    static final String SINGLE = "default";

    private static final int MOST_ATTEMPTS = 100;
    private static final Duration LONGEST_COOL_DOWN = Duration.ofDays(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    static ResilienceSettings read(SettingsReader reader) {
        Duration coolDown = reader.duration(Setting.COOL_DOWN, Duration.ZERO, LONGEST_COOL_DOWN);
        Path stateFile = reader.path(Setting.STATE_FILE);
        if (stateFile != null && coolDown.isZero()) {
            reader.wrong(
                    Setting.STATE_FILE,
                    "is where the agent keeps the cool-down over a restart, and there is none; set secret_backend_cool_down too");
        }
        return new ResilienceSettings(reader.whole(Setting.ATTEMPTS, MOST_ATTEMPTS), coolDown, stateFile);
    }

    /** Returns settings whose cool-down ends with the process. */
    ResilienceSettings withoutStateFile() {
        return new ResilienceSettings(attempts, coolDown, null);
    }

    /** Returns how long all attempts of a call take at most, if one attempt takes the given time. */
    Duration longest(Duration attempt) {
        return attempt.multipliedBy(attempts).plus(LONGEST_PAUSE.multipliedBy(attempts - 1L));
    }

    /**
     * Returns a backend with attempts and cool-down around another one; the same backend if neither is set.
     *
     * @param name the name of the backend in the state file
     */
    SecretBackend around(SecretBackend backend, String name, Duration startUpPatience) {
        if (attempts == 1 && startUpPatience.isZero() && coolDown.isZero()) {
            return backend;
        }
        ResilientBackend.Builder builder = ResilientBackend.builder(backend)
                .attempts(attempts)
                .longestPause(LONGEST_PAUSE)
                .startUpPatience(startUpPatience)
                .coolDown(coolDown);
        return stateFile == null
                ? builder.build()
                : builder.stateFile(stateFile, name).build();
    }
}
