package io.agentsecrets.exec;

import io.agentsecrets.Loggers;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.RoutingBackend;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of several executables, each for the handles that begin with its name and a semicolon.
 *
 * @param byName the settings of each executable
 * @param passedOver whether routes are set but not used, as there is one executable for all handles
 */
record RouteSettings(Map<String, ExecSettings> byName, boolean passedOver) {

    /** How long it may take to kill an executable after its own timeout. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration LONGEST_DEADLINE = Duration.ofDays(1);

    RouteSettings {
        byName = new LinkedHashMap<>(byName);
    }

    static RouteSettings read(SettingsReader reader) {
        if (reader.isSet(Setting.COMMAND) || reader.isSet(Setting.TYPE)) {
            return new RouteSettings(Map.of(), reader.isSet(Setting.ROUTES));
        }
        Map<String, ExecSettings> byName = new LinkedHashMap<>();
        for (Map.Entry<String, Object> route : reader.map(Setting.ROUTES).entrySet()) {
            String name = route.getKey();
            SettingsReader ofRoute = reader.route(name, route.getValue());
            if (name.isEmpty() || name.indexOf(';') >= 0) {
                reader.wrong(Setting.ROUTES, "must have names that are not empty and hold no semicolon");
            } else if (ofRoute != null) {
                byName.put(name, ExecSettings.read(ofRoute));
            }
        }
        return new RouteSettings(byName, false);
    }

    /** Logs a warning if routes are not used. As in the Agent, a command or a type takes precedence. */
    void warnIfIgnored() {
        if (passedOver) {
            Loggers.of(SecretSettings.class)
                    .warn(
                            "multi_secret_backends is passed over, as secret_backend_command or secret_backend_type is set");
        }
    }

    /** Creates the backend of each route. */
    SortedMap<String, ExecBackend> backends() {
        SortedMap<String, ExecBackend> backends = new TreeMap<>();
        byName.forEach((name, settings) -> {
            ExecBackend backend = settings.backend();
            if (backend != null) {
                backends.put(name, backend);
            }
        });
        return backends;
    }

    /** Creates the backend; null if there are no routes. Each route has attempts and a cool-down of its own. */
    @Nullable
    SecretBackend backend(ResilienceSettings resilience, Duration startUpPatience) {
        if (byName.isEmpty()) {
            return null;
        }
        RoutingBackend.Builder builder = RoutingBackend.builder();
        Duration longest = Duration.ZERO;
        for (Map.Entry<String, ExecBackend> route : backends().entrySet()) {
            builder.route(route.getKey(), resilience.around(route.getValue(), route.getKey(), startUpPatience));
            Duration timeout = route.getValue().timeout();
            longest = timeout.compareTo(longest) > 0 ? timeout : longest;
        }
        Duration deadline = resilience.longest(longest.plus(GRACE)).plus(startUpPatience);
        return builder.deadline(deadline.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : deadline)
                .build();
    }
}
