package io.agentsecrets.examples.cli.audit;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Proposes a handle for each secret of a file, from the names of the file and of the keys, such as {@code postgres_password}. */
final class HandleNames {

    /** Keys that say nothing about a secret. */
    private static final Set<String> EMPTY_WORDS = Set.of("instances", "init_config", "config", "configs");

    private static final Pattern KEY = Pattern.compile("[A-Za-z_][\\w.-]{0,39}");
    private static final Pattern ENDING = Pattern.compile("(\\.(ya?ml|json|d|example|default|sample|conf))+$");

    private final String file;
    private final Set<String> given = new HashSet<>();

    HandleNames(String file) {
        this.file = stem(file);
    }

    /** Returns {@code postgres} for {@code conf.d/postgres.yaml} and {@code conf.d/postgres.d/conf.yaml}. */
    private static String stem(String file) {
        String[] names = file.replace('\\', '/').split("/", -1);
        String name = ENDING.matcher(names[names.length - 1]).replaceFirst("");
        boolean isNamedByFolder = names.length > 1 && (name.equals("conf") || name.equals("auto_conf"));
        return words(isNamedByFolder ? ENDING.matcher(names[names.length - 2]).replaceFirst("") : name);
    }

    /** Returns a handle that no other secret of the file has. */
    String of(List<String> keys) {
        StringJoiner joined = new StringJoiner("_");
        for (String key : keys) {
            if (KEY.matcher(key).matches() && !EMPTY_WORDS.contains(key)) {
                joined.add(words(key));
            }
        }
        String name = joined.length() == 0 ? "secret" : joined.toString();
        String whole = file.isEmpty() || name.startsWith(file + "_") ? name : file + "_" + name;
        String handle = whole;
        for (int number = 2; !given.add(handle); number++) {
            handle = whole + "_" + number;
        }
        return handle;
    }

    private static String words(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
                .replaceAll("[^A-Za-z0-9]+", "_")
                .replaceAll("^_+|_+$", "")
                .toLowerCase(Locale.ROOT);
    }
}
