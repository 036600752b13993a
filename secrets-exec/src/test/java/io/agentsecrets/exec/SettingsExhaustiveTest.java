package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.ConfigException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each short value of a setting is read or refused as docs/settings.md says. {@code -Dlonger=1} tries longer ones. */
class SettingsExhaustiveTest {

    private static final int LONGER = Integer.getInteger("longer", 0);

    /** The last one is a digit in another script. */
    private static final String[] OF_NUMBERS = {"0", "1", "6", "9", ".", "-", "+", "e", "E", " ", "x", "\u0661"};

    private static final String[] NUMBERS = {
        "100",
        "101",
        "1440",
        "1440.001",
        "1441",
        "86400",
        "86400.0",
        "86400.000000001",
        "86401",
        "8640e1",
        "8641e1",
        "31536000",
        "31536000.1",
        "31536001",
        "1073741824",
        "1073741825",
        "1e999999999",
        "1e-999999999",
        "0e999999999",
        "1e2147483647",
        "1e-2147483647",
        "0.001",
        "0.0010",
        "0.0009",
        "0.00099999999",
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
        "1,5",
        "5s",
        "1e+2",
        "1E2",
        "1.e2",
        ".1e1"
    };

    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]{1,10})?");

    /** The last s is the long one of old German print, whose capital letter is an ordinary S. */
    private static final String[] OF_FLAGS = {
        "t", "r", "u", "e", "T", "R", "true", "fal", "False", "FAL", "s", "S", "se", " ", "yes", "1", "\u017f"
    };

    private static final String[] OF_LISTS = {
        "[", "]", "\"a\"", ",", "1", "null", "{", "}", ":", " ", "\"\\u0000\"", "x"
    };

    private static final Pattern LIST = Pattern.compile(" *\\[ *(\"a\" *(, *\"a\" *)*)?] *");

    /**
     * A setting that is a number.
     *
     * @param least the smallest number of the docs; a time of more than zero is at least a millisecond
     * @param unit in seconds; 0 for a whole number
     */
    private record NumberSetting(
            Setting setting, String least, String most, int unit, Function<SettingsReader, Object> part) {

        boolean promises(String text) {
            if (!DECIMAL.matcher(text).matches()) {
                return false;
            }
            BigDecimal number = new BigDecimal(text);
            return number.compareTo(new BigDecimal(least)) >= 0
                    && number.compareTo(new BigDecimal(most)) <= 0
                    && (unit > 0 || number.remainder(BigDecimal.ONE).signum() == 0);
        }

        Object value(String text) {
            BigDecimal number = new BigDecimal(text);
            Duration time = Duration.ofNanos(
                    number.multiply(BigDecimal.valueOf(unit * 1_000_000_000L)).longValue());
            boolean isNotSet = setting == Setting.REJECTION_INTERVAL && time.isZero();
            return unit == 0 ? number.intValueExact() : isNotSet ? Duration.ofMinutes(1) : time;
        }
    }

    static Stream<NumberSetting> numbers() {
        return Stream.of(
                new NumberSetting(
                        Setting.TIMEOUT,
                        "0.001",
                        "86400",
                        1,
                        of -> ExecSettings.read(of).timeout()),
                new NumberSetting(
                        Setting.COOL_DOWN,
                        "0",
                        "86400",
                        1,
                        of -> ResilienceSettings.read(of).coolDown()),
                new NumberSetting(
                        Setting.REFRESH_INTERVAL,
                        "0",
                        "86400",
                        1,
                        of -> RefreshSettings.read(of).interval()),
                new NumberSetting(
                        Setting.REJECTION_INTERVAL,
                        "0",
                        "1440",
                        60,
                        of -> RefreshSettings.read(of).rejectionInterval()),
                new NumberSetting(
                        Setting.TIME_TO_LIVE,
                        "0.001",
                        "31536000",
                        1,
                        of -> UseSettings.read(of).timeToLive()),
                new NumberSetting(
                        Setting.STALE_LIMIT,
                        "0",
                        "31536000",
                        1,
                        of -> UseSettings.read(of).staleLimit()),
                new NumberSetting(
                        Setting.ATTEMPTS,
                        "1",
                        "100",
                        0,
                        of -> ResilienceSettings.read(of).attempts()),
                new NumberSetting(
                        Setting.OUTPUT_MAX_SIZE,
                        "1",
                        "1073741824",
                        0,
                        of -> ExecSettings.read(of).outputMaxSize()),
                new NumberSetting(
                        Setting.AUDIT_FILE_MAX_SIZE,
                        "1",
                        "1073741824",
                        0,
                        of -> AuditSettings.read(of).maxSize()));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void every_short_number(NumberSetting number) {
        EveryText.of(OF_NUMBERS, 3 + LONGER, text -> compare(number, text));
        for (String text : NUMBERS) {
            compare(number, text);
        }
    }

    private static void compare(NumberSetting number, String text) {
        Object read = read(number.setting(), text, number.part());
        if (number.promises(text)) {
            isEqual(text, read, number.value(text));
        } else if (text.isEmpty()) {
            isEqual(text, read, read(number.setting(), null, number.part()));
        } else {
            String range = " from " + number.least() + " to " + number.most();
            isRefused(number.setting().key(), text, read, "must be a .*number.*" + Pattern.quote(range));
        }
    }

    @Test
    void every_short_text_for_a_flag() {
        for (Setting flag : new Setting[] {Setting.SKIP_RIGHTS_CHECKS, Setting.REFRESH_SCATTER}) {
            EveryText.of(OF_FLAGS, 4 + LONGER, text -> {
                Object read = read(flag, text, reader -> reader.flag(flag));
                if (text.isEmpty() || Pattern.matches("(?i:true|false)", text)) {
                    isEqual(text, read, Boolean.valueOf(text.isEmpty() ? flag.byDefault() : text));
                } else {
                    isRefused(flag.key(), text, read, "must be true or false");
                }
            });
        }
    }

    @Test
    void every_short_list_of_texts_in_the_environment() {
        EveryText.of(OF_LISTS, 4 + LONGER, text -> {
            Object read = readVariable(Setting.ARGUMENTS, text, reader -> reader.texts(Setting.ARGUMENTS));
            boolean isNotSet = text.isEmpty() || text.strip().equals("null");
            if (isNotSet || LIST.matcher(text).matches()) {
                isEqual(text, read, Collections.nCopies(isNotSet ? 0 : text.split("a", -1).length - 1, "a"));
            } else {
                isRefused("AGENT_SECRET_BACKEND_ARGUMENTS", text, read, "must (be|not hold) .*");
            }
        });
    }

    @Test
    void every_short_list() {
        List<@Nullable Object> elements = new ArrayList<>(List.of("", "a", "1", "\0", 1, true, List.of(), Map.of()));
        elements.add(null);
        for (Object first : elements) {
            for (Object second : elements) {
                List<@Nullable Object> list = new ArrayList<>();
                list.add(first);
                list.add(second);
                Object read = read(Setting.ARGUMENTS, list, reader -> reader.texts(Setting.ARGUMENTS));
                if (list.stream().allMatch(element -> element instanceof String text && text.indexOf('\0') < 0)) {
                    isEqual("a list", read, list);
                } else {
                    isRefused(Setting.ARGUMENTS.key(), "a list", read, "must (be a list of texts|not hold a NUL).*");
                }
            }
        }
    }

    private static void isEqual(String text, @Nullable Object read, @Nullable Object expected) {
        if (read == null ? expected != null : !read.equals(expected)) {
            assertThat(read).as(text).isEqualTo(expected);
        }
    }

    private static void isRefused(String name, String text, @Nullable Object read, String problem) {
        String message =
                read instanceof ConfigException refused ? String.valueOf(refused.getMessage()) : "read: " + read;
        assertThat(message).as(text).matches("agent.yaml: " + name + " " + problem);
    }

    /** Returns what is read, or the error. */
    private static @Nullable Object read(
            Setting setting, @Nullable Object value, Function<SettingsReader, @Nullable Object> part) {
        SettingsProblems problems = new SettingsProblems();
        return read(GivenSettings.in(Collections.singletonMap(setting.key(), value), problems), problems, part);
    }

    private static @Nullable Object readVariable(
            Setting setting, String text, Function<SettingsReader, @Nullable Object> part) {
        SettingsProblems problems = new SettingsProblems();
        GivenSettings given = GivenSettings.in(Map.of(), problems);
        given.override("AGENT_", Map.of("AGENT_" + setting.variable(), text));
        return read(given, problems, part);
    }

    private static @Nullable Object read(
            GivenSettings given, SettingsProblems problems, Function<SettingsReader, @Nullable Object> part) {
        Object read = part.apply(new SettingsReader(given, problems));
        try {
            problems.throwIfAny("agent.yaml");
            return read;
        } catch (ConfigException refused) {
            return refused;
        }
    }
}
