package io.agentsecrets.exec;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts the value of a setting to a type; null if it is not of that type. */
final class SettingValue {

    private static final int LONGEST_NUMBER = 40;

    private SettingValue() {}

    static @Nullable Boolean flag(@Nullable Object value) {
        if (value instanceof String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> null;
            };
        }
        return value instanceof Boolean flag ? flag : null;
    }

    static @Nullable BigDecimal number(@Nullable Object value) {
        if (!(value instanceof Number || value instanceof String)) {
            return null;
        }
        String text = value.toString();
        try {
            return text.length() > LONGEST_NUMBER || !isAscii(text) ? null : new BigDecimal(text);
        } catch (NumberFormatException e) { // also NaN and infinity
            return null;
        }
    }

    /** The digits of all scripts are digits to Java. */
    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    static boolean isWithin(BigDecimal number, long least, long most) {
        return number.compareTo(BigDecimal.valueOf(least)) >= 0 && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    static boolean isWhole(BigDecimal number) {
        return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    }

    static @Nullable List<String> texts(@Nullable Object value) {
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

    static @Nullable Map<String, Object> map(Object value) {
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

    static @Nullable Map<String, List<String>> textsByName(Object value) {
        Map<String, Object> map = map(value);
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : map == null ? Set.<Map.Entry<String, Object>>of() : map.entrySet()) {
            List<String> texts = texts(entry.getValue());
            if (texts == null) {
                return null;
            }
            lists.put(entry.getKey(), texts);
        }
        return map == null ? null : lists;
    }

    static boolean asksForNothing(@Nullable Object value) {
        return Boolean.FALSE.equals(flag(value))
                || (value instanceof Collection<?> collection && collection.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }
}
