package io.agentsecrets.exec;

import io.agentsecrets.exec.GivenSettings.Given;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings one by one and collects all problems, so that an operator sees them at once. A wrong value is replaced by
 * a valid one, and is never quoted. Numbers and flags may be given as text. Not thread-safe.
 */
final class SettingsReader {

    private final GivenSettings given;
    private final SettingsProblems problems;

    SettingsReader(GivenSettings given, SettingsProblems problems) {
        this.given = given;
        this.problems = problems;
    }

    /** Returns what was given for a setting, or its default; null if there is neither. */
    private @Nullable Object value(Setting setting) {
        Given found = given.of(setting);
        if (found != null && !found.isEmpty()) {
            return found.value();
        }
        return setting.byDefault().isEmpty() ? null : setting.byDefault();
    }

    /** Tells whether a setting has a value, right or wrong, other than an empty text. */
    boolean isSet(Setting setting) {
        Given found = given.of(setting);
        return found != null && !found.isEmpty();
    }

    /** Tells whether a setting's name is in the configuration without a value. */
    boolean isEmpty(Setting setting) {
        Given found = given.of(setting);
        return found != null && found.isEmpty();
    }

    /** Notes that the value of a setting is wrong. */
    void wrong(Setting setting, String problem) {
        problems.add(given.labelOf(setting) + " " + problem);
    }

    boolean flag(Setting setting) {
        Boolean flag = SettingValue.flag(value(setting));
        if (flag == null) {
            wrong(setting, "must be true or false");
        }
        return flag != null && flag;
    }

    /** Returns a whole number of the setting's kind, 1 or more. */
    int whole(Setting setting, int most) {
        BigDecimal number = SettingValue.number(value(setting));
        if (number != null && SettingValue.isWithin(number, 1, most) && SettingValue.isWhole(number)) {
            return number.intValueExact();
        }
        String of = setting.kind() == Setting.Kind.BYTES ? "a whole number of bytes" : "a whole number";
        wrong(setting, "must be " + of + " from 1 to " + most);
        return Integer.parseInt(setting.byDefault());
    }

    /** Returns a time in the setting's unit; null if neither a value nor a default is set. */
    @Nullable
    Duration optionalDuration(Setting setting, Duration shortest, Duration longest) {
        return value(setting) == null ? null : duration(setting, shortest, longest);
    }

    Duration duration(Setting setting, Duration shortest, Duration longest) {
        long unit = setting.kind() == Setting.Kind.MINUTES ? 60 : 1;
        BigDecimal number = SettingValue.number(value(setting));
        if (number != null && SettingValue.isWithin(number, 0, longest.toSeconds() / unit)) {
            Duration duration = Duration.ofNanos(
                    number.multiply(BigDecimal.valueOf(unit)).movePointRight(9).longValue());
            if (duration.compareTo(shortest) >= 0) {
                return duration;
            }
        }
        String least =
                BigDecimal.valueOf(shortest.toMillis(), 3).stripTrailingZeros().toPlainString();
        wrong(
                setting,
                "must be a number of " + setting.kind().words() + ", from " + least + " to "
                        + longest.toSeconds() / unit);
        return longest;
    }

    /** Returns a text; null if none or an empty one is set. */
    @Nullable
    String text(Setting setting) {
        Object value = value(setting);
        if (value != null && !(value instanceof String)) {
            wrong(setting, "must be text");
        }
        return value instanceof String text ? text : null;
    }

    /** Returns an absolute path; null if none is set. A relative path would depend on the agent's working folder. */
    @Nullable
    Path path(Setting setting) {
        String text = text(setting);
        Path path = text == null ? null : pathOrNull(text);
        if (text == null || (path != null && path.isAbsolute())) {
            return path;
        }
        wrong(setting, path == null ? whyNoPath(text) : whyNotAbsolute(text));
        return null;
    }

    private static @Nullable Path pathOrNull(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static String whyNotAbsolute(String text) {
        return "must be an absolute path; "
                + (text.startsWith("%%") ? "its template variable was not replaced" : "write the path from the root");
    }

    private static String whyNoPath(String text) {
        return SettingValue.isAscii(text)
                ? "must be a path of this system"
                : "cannot be the name of a file in this locale; start the agent with LC_ALL=C.UTF-8";
    }

    List<String> texts(Setting setting) {
        Object value = value(setting);
        List<String> texts = value == null ? List.of() : SettingValue.texts(value);
        if (texts == null) {
            wrong(setting, "must be a list of texts; put numbers in quotes");
            return List.of();
        }
        for (String text : texts) {
            if (text.indexOf('\0') >= 0) {
                wrong(setting, "must not hold a NUL character");
                return List.of();
            }
        }
        return texts;
    }

    Map<String, Object> map(Setting setting) {
        Object value = value(setting);
        Map<String, Object> map = value == null ? Map.of() : SettingValue.map(value);
        if (map == null) {
            wrong(setting, "must be a map with texts as keys");
            return Map.of();
        }
        return map;
    }

    /** Returns lists of texts by name; null if none is set, or an element is not a text: half a rule could allow too much. */
    @Nullable
    Map<String, List<String>> textsByName(Setting setting, String wanted) {
        Object value = value(setting);
        if (value == null) {
            return null;
        }
        Map<String, List<String>> lists = SettingValue.textsByName(value);
        if (lists == null) {
            wrong(setting, "must be " + wanted);
        }
        return lists;
    }

    /** Refuses a setting of the Agent that has another form here, unless it asks for nothing. */
    void refuse(Setting setting, String reason) {
        if (isSet(setting) && !SettingValue.asksForNothing(value(setting))) {
            wrong(setting, reason);
        }
    }

    /** Returns a reader of the settings of a route; null if it has none. */
    @Nullable
    SettingsReader route(String name, @Nullable Object settings) {
        String label = given.labelOf(Setting.ROUTES) + "." + name;
        Map<String, Object> map = settings == null ? null : SettingValue.map(settings);
        if (map == null) {
            problems.add(label + " must be a map with a type and a config, or with a command");
            return null;
        }
        SettingsReader route = new SettingsReader(given.route(label, map), problems);
        if (!route.isSet(Setting.TYPE) && !route.isSet(Setting.COMMAND)) {
            problems.add(label + " needs a type or a command");
        }
        return route;
    }
}
