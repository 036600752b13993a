package io.agentsecrets.exec;

import io.agentsecrets.exec.GivenSettings.Given;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings one by one and remembers what is wrong, so that an operator sees all of it at once. A wrong value is read as
 * the default, and never quoted. Numbers and flags may be given as text. Not thread-safe.
 */
final class SettingsReader {

    private static final int LONGEST_NUMBER = 40;

    private final GivenSettings given;
    private final SettingsProblems problems;

    SettingsReader(GivenSettings given, SettingsProblems problems) {
        this.given = given;
        this.problems = problems;
    }

    /** Returns what was given for a setting, or its default; null if there is neither. */
    private @Nullable Object value(Setting setting) {
        Given found = given.of(setting);
        Object value = found == null ? null : found.value();
        return value != null ? value : setting.byDefault().isEmpty() ? null : setting.byDefault();
    }

    /** Tells whether a setting has any value but an empty text, rightly or wrongly. */
    boolean isSet(Setting setting) {
        Given found = given.of(setting);
        return found != null && found.value() != null && !found.value().equals("");
    }

    /** Tells whether a setting has a name in the configuration and nothing behind it. */
    boolean isNull(Setting setting) {
        Given found = given.of(setting);
        return found != null && found.value() == null;
    }

    /** Notes that the value of a setting is wrong. */
    void wrong(Setting setting, String problem) {
        problems.add(given.labelOf(setting) + " " + problem);
    }

    boolean flag(Setting setting) {
        Boolean flag = asFlag(value(setting));
        if (flag == null) {
            wrong(setting, "must be true or false");
        }
        return flag != null && flag;
    }

    private static @Nullable Boolean asFlag(@Nullable Object value) {
        if (value instanceof String text) {
            return text.equalsIgnoreCase("true") ? Boolean.TRUE : text.equalsIgnoreCase("false") ? Boolean.FALSE : null;
        }
        return value instanceof Boolean flag ? flag : null;
    }

    /** A whole number of the setting's kind. */
    int whole(Setting setting, int least, int most) {
        BigDecimal number = asNumber(value(setting));
        if (number != null && isWithin(number, least, most) && isWhole(number)) {
            return number.intValueExact();
        }
        String of = setting.kind() == Setting.Kind.BYTES ? "a whole number of bytes" : "a whole number";
        wrong(setting, "must be " + of + " from " + least + " to " + most);
        return Integer.parseInt(setting.byDefault());
    }

    /** A time in the setting's unit; null if neither it nor a default is set. */
    @Nullable
    Duration optionalDuration(Setting setting, Duration shortest, Duration longest) {
        return value(setting) == null ? null : duration(setting, shortest, longest);
    }

    Duration duration(Setting setting, Duration shortest, Duration longest) {
        long unit = setting.kind() == Setting.Kind.MINUTES ? 60 : 1;
        BigDecimal number = asNumber(value(setting));
        if (number != null && isWithin(number, 0, longest.toSeconds() / unit)) {
            Duration duration = Duration.ofNanos(
                    number.multiply(BigDecimal.valueOf(unit)).movePointRight(9).longValue());
            if (duration.compareTo(shortest) >= 0) {
                return duration;
            }
        }
        String range = shortest.isZero() ? ", from 0 to " : ", more than 0 and at most ";
        wrong(setting, "must be a number of " + setting.kind().words() + range + longest.toSeconds() / unit);
        return longest;
    }

    private static @Nullable BigDecimal asNumber(@Nullable Object value) {
        if (!(value instanceof Number || value instanceof String)) {
            return null;
        }
        String text = value.toString();
        try {
            return text.length() > LONGEST_NUMBER ? null : new BigDecimal(text);
        } catch (NumberFormatException e) { // also NaN and infinity
            return null;
        }
    }

    private static boolean isWithin(BigDecimal number, long least, long most) {
        return number.compareTo(BigDecimal.valueOf(least)) >= 0 && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    private static boolean isWhole(BigDecimal number) {
        return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    }

    /** An empty text counts as not set. */
    @Nullable
    String text(Setting setting) {
        Object value = value(setting);
        if (value != null && !(value instanceof String)) {
            wrong(setting, "must be text");
        }
        return value instanceof String text && !text.isEmpty() ? text : null;
    }

    @Nullable
    Path path(Setting setting) {
        String text = text(setting);
        try {
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            wrong(setting, "must be a path of this system");
            return null;
        }
    }

    /** The path of something that is started: what a relative one leads to depends on where the agent runs. */
    @Nullable
    Path absolutePath(Setting setting) {
        Path path = path(setting);
        if (path != null && !path.isAbsolute()) {
            wrong(setting, "must be an absolute path; write the path from the root");
            return null;
        }
        return path;
    }

    List<String> texts(Setting setting) {
        Object value = value(setting);
        List<String> texts = value == null ? List.of() : asTexts(value);
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

    private static @Nullable List<String> asTexts(@Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof String text)) {
                return null;
            }
            texts.add(text);
        }
        return texts;
    }

    Map<String, Object> map(Setting setting) {
        Object value = value(setting);
        Map<String, Object> map = value == null ? Map.of() : asMap(value);
        if (map == null) {
            wrong(setting, "must be a map with texts as keys");
            return Map.of();
        }
        return map;
    }

    private static @Nullable Map<String, Object> asMap(Object value) {
        if (!(value instanceof Map<?, ?> given)) {
            return null;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : given.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                return null;
            }
            map.put(key, entry.getValue());
        }
        return map;
    }

    /** Lists of texts by name. They must be texts throughout: a rule that is understood in part could allow too much. */
    @Nullable
    Map<String, List<String>> textsByName(Setting setting, String wanted) {
        Object value = value(setting);
        if (value == null) {
            return null;
        }
        Map<String, List<String>> lists = asTextsByName(value);
        if (lists == null) {
            wrong(setting, "must be " + wanted);
        }
        return lists;
    }

    private static @Nullable Map<String, List<String>> asTextsByName(Object value) {
        Map<String, Object> map = asMap(value);
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : map == null ? Set.<Map.Entry<String, Object>>of() : map.entrySet()) {
            List<String> texts = asTexts(entry.getValue());
            if (texts == null) {
                return null;
            }
            lists.put(entry.getKey(), texts);
        }
        return map == null ? null : lists;
    }

    /** A name of the Agent's for what is done in another way here: accepted where it asks for nothing. */
    void refuse(Setting setting, String reason) {
        if (isSet(setting) && !asksForNothing(value(setting))) {
            wrong(setting, reason);
        }
    }

    private static boolean asksForNothing(@Nullable Object value) {
        return Boolean.FALSE.equals(asFlag(value))
                || (value instanceof Collection<?> collection && collection.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }

    /** Returns a reader of the settings of a route; null if it has none. */
    @Nullable
    SettingsReader route(String name, @Nullable Object settings) {
        String label = given.labelOf(Setting.ROUTES) + "." + name;
        Map<String, Object> map = settings == null ? null : asMap(settings);
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
