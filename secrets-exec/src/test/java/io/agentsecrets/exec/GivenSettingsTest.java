package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.ConfigException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each setting with each kind of value, and from each place, is taken or refused as docs/settings.md says. */
@DisabledOnOs(OS.WINDOWS)
class GivenSettingsTest {

    private static final String CANARY = "canary";

    private static List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>(List.of(
                CANARY,
                "/" + CANARY,
                "",
                " ",
                "\0",
                "%%" + CANARY + "%%",
                "true",
                "FALSE",
                "1",
                "0.5",
                "-1",
                "warn",
                "refuse",
                "ENC[" + CANARY + "]",
                0,
                1,
                1L,
                0.5,
                -1,
                1e300,
                true,
                false,
                new byte[] {1},
                LocalDate.EPOCH));
        values.addAll(List.of(
                List.of(),
                List.of(CANARY),
                List.of(1),
                List.of(List.of()),
                List.of("ENC[" + CANARY + "]"),
                Map.of(),
                Map.of("k", CANARY),
                Map.of("k", List.of(CANARY)),
                Map.of("k", Map.of("type", CANARY)),
                Map.of(1, CANARY),
                Map.of("k", Map.of("type", "ENC[" + CANARY + "]"))));
        values.add(null);
        return values;
    }

    /** What the column "value" of the table in docs/settings.md promises, and the notes below it. */
    private static boolean promises(Setting setting, @Nullable Object value) {
        if (value == null || value.equals("")) {
            return setting != Setting.ALLOWED_HANDLES;
        }
        if (String.valueOf(value).contains("ENC[")) {
            return false;
        }
        return switch (setting.kind()) {
            case PATH -> value.equals("/" + CANARY);
            case TEXT ->
                setting == Setting.NEAR_MISSES
                        ? value.equals("warn") || value.equals("refuse")
                        : value instanceof String;
            case FLAG -> isFlag(value);
            case COUNT, BYTES -> isNumber(value, number -> number == 1);
            case SECONDS, MINUTES ->
                isNumber(value, number -> number == 1 || number == 0.5 || (number == 0 && mayBeZero(setting)));
            case LIST -> value.equals(List.of()) || value.equals(List.of(CANARY));
            case MAP -> value instanceof Map<?, ?> map && !map.containsKey(1) && mayHold(setting, map.get("k"));
            case REFUSED ->
                isFlag(value)
                        ? !Boolean.parseBoolean(value.toString())
                        : value.equals(List.of()) || value.equals(Map.of());
        };
    }

    private static boolean isFlag(Object value) {
        return value.equals("true") || value.equals("FALSE") || value instanceof Boolean;
    }

    private static boolean isNumber(Object value, Predicate<Double> isInRange) {
        return (value instanceof Number || value.equals("1") || value.equals("0.5"))
                && isInRange.test(Double.valueOf(value.toString()));
    }

    private static boolean mayBeZero(Setting setting) {
        return setting != Setting.TIMEOUT && setting != Setting.TIME_TO_LIVE;
    }

    private static boolean mayHold(Setting setting, @Nullable Object element) {
        return switch (setting) {
            case ALLOWED_HANDLES -> element == null || element instanceof List<?>;
            case ROUTES -> element == null || element instanceof Map<?, ?>;
            default -> true;
        };
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void each_value_is_taken_or_refused_with_its_name_and_never_told(Setting setting) {
        for (Object value : values()) {
            Map<String, @Nullable Object> config = new HashMap<>();
            config.put("secret_backend_connector", "/connector");
            config.put("secret_backend_cool_down", 30);
            config.put(setting.key(), value);

            if (promises(setting, value)) {
                String settings = SecretSettings.of("agent.yaml", config).toString();
                if (setting == Setting.CONFIG) {
                    assertThat(settings).doesNotContain(CANARY);
                }
            } else {
                assertThat(catchThrowableOfType(ConfigException.class, () -> SecretSettings.of("agent.yaml", config)))
                        .as("%s: %s", setting, value)
                        .hasMessageStartingWith("agent.yaml: " + setting.key())
                        .hasMessageMatching("[^\n]*( must | is empty; write | is refused: | is not known here: )[^\n]*")
                        .hasMessageNotContaining(CANARY)
                        .hasNoCause();
            }
        }
    }

    private enum Given {
        ABSENT,
        NULL,
        EMPTY,
        SET;

        void putInto(Map<String, @Nullable Object> config, String name, Object value) {
            if (this != ABSENT) {
                config.put(name, this == NULL ? null : this == EMPTY ? "" : value);
            }
        }
    }

    /** An empty value counts as not set, wherever it stands. */
    @Test
    void a_variable_wins_over_the_file_and_a_route_over_both() {
        for (Given inRoute : Given.values()) {
            for (Given inEnvironment : Given.values()) {
                for (Given inFile : Given.values()) {
                    String timeout = inRoute == Given.SET
                            ? "7"
                            : inEnvironment == Given.SET ? "8" : inFile == Given.SET ? "9" : "30";
                    assertThat(routeOf(inRoute, inEnvironment, inFile))
                            .as("%s, %s, %s", inRoute, inEnvironment, inFile)
                            .contains("timeout=PT" + timeout + "S");
                }
            }
        }
    }

    private static String routeOf(Given inRoute, Given inEnvironment, Given inFile) {
        Map<String, @Nullable Object> route = new LinkedHashMap<>(Map.of("command", "/x"));
        inRoute.putInto(route, "timeout", 7);
        Map<String, @Nullable Object> config = new HashMap<>(Map.of("multi_secret_backends", Map.of("r", route)));
        inFile.putInto(config, "secret_backend_timeout", 9);
        Map<String, String> environment = inEnvironment == Given.SET
                ? Map.of("AGENT_SECRET_BACKEND_TIMEOUT", "8")
                : inEnvironment == Given.EMPTY ? Map.of("AGENT_SECRET_BACKEND_TIMEOUT", "") : Map.of();
        return SecretSettings.builder("agent.yaml", config)
                .withEnvironment("AGENT_", environment)
                .build()
                .toString();
    }

    @Test
    void an_empty_setting_of_a_route_is_taken_from_the_shared_one() {
        Map<String, @Nullable Object> route = new HashMap<>(Map.of("command", "/x"));
        route.put("timeout", null);

        assertThat(SecretSettings.of(
                        "agent.yaml", Map.of("multi_secret_backends", Map.of("r", route), "secret_backend_timeout", 5)))
                .asString()
                .contains("timeout=PT5S");
    }

    @Test
    void a_digit_of_another_script_is_no_number_and_a_long_s_is_no_s() {
        assertThat(catchThrowableOfType(
                        ConfigException.class,
                        () -> SecretSettings.of("agent.yaml", Map.of("secret_backend_timeout", "\u0661"))))
                .hasMessage("agent.yaml: secret_backend_timeout must be a number of seconds, from 0.001 to 86400");
        assertThat(catchThrowableOfType(
                        ConfigException.class,
                        () -> SecretSettings.of("agent.yaml", Map.of("secret_refresh_scatter", "fal\u017fe"))))
                .hasMessage("agent.yaml: secret_refresh_scatter must be true or false");
    }
}
