package io.agentsecrets.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The configurations that are measured. They are the same bytes on every machine and in every run: their text depends on
 * nothing but the number of the file, of the instance and of the handle.
 */
final class Workload {

    /** How many check files an agent of a large machine has. */
    static final int FILES = 1_000;

    private static final int INSTANCES_OF_A_CHECK = 2;

    private Workload() {}

    /** A check file of about 1 KB with two instances and four handles, which no other file uses. */
    static String check(int file) {
        return check(file, "ENC[db_password_%d_%d]", "ENC[api/token;%d-%d]");
    }

    /** The same file with plain strings in the places of the handles. */
    static String plain(int file) {
        return check(file, "plain_password_%d_%d", "plain/token;%d-%d");
    }

    /** The file of {@link #check(int)} with an anchor and an alias of it, so that only the engine can read it. */
    static String anchored(int file) {
        return check(file)
                .replaceFirst("username: datadog", "username: &user datadog")
                .replaceFirst("username: datadog", "username: *user");
    }

    private static String check(int file, String password, String token) {
        StringBuilder text = new StringBuilder();
        add(text, "# Check configuration %d, managed by the platform team\n", file);
        add(text, "init_config:\n  service: svc-%d\n", file % 17);
        add(text, "  min_collection_interval: %d\n\ninstances:\n", 15 + file % 5 * 15);
        for (int instance = 0; instance < INSTANCES_OF_A_CHECK; instance++) {
            add(text, "  - host: db-%d-%d.prod.example.com\n", file, instance);
            add(text, "    port: %d\n    username: datadog\n", 5432 + file % 100);
            add(text, "    password: " + password + "\n", file, instance);
            add(text, "    dbname: app_%d\n", file % 50);
            add(text, "    api_token: \"" + token + "\"\n", file, instance);
            text.append("    timeout: 10.5\n    ssl: true\n    # collected once a run\n");
            text.append("    collect_default_metrics: true\n");
            text.append("    custom_query: select count(*) from orders where state = 'open'\n");
            add(text, "    tags:\n      - env:prod\n      - team:team-%d\n", file % 12);
            add(text, "      - \"role:primary\"\n      - shard:%d\n", instance);
        }
        return text.toString();
    }

    /** One file of many instances with two handles each. */
    static String large(int instances) {
        StringBuilder text = new StringBuilder("init_config: {}\ninstances:\n");
        for (int i = 0; i < instances; i++) {
            add(text, "  - host: db-%05d.example.com\n    port: %d\n    username: datadog\n", i, 5432 + i % 100);
            add(text, "    password: ENC[db_password_%d_0]\n    token: \"ENC[api/token;%d-0]\"\n", i, i);
            add(text, "    timeout: 10\n    ssl: true\n    tags: [env:prod, shard:%d]\n", i % 64);
        }
        return text.toString();
    }

    /** Maps inside maps, with one handle a level. */
    static String deep(int levels) {
        StringBuilder text = new StringBuilder();
        for (int level = 0; level < levels; level++) {
            String indent = "  ".repeat(level);
            add(text, "%sname: level %d\n", indent, level);
            add(text, "%ssecret: ENC[deep_%d]\n%snext:\n", indent, level, indent);
        }
        return text.append("  ".repeat(levels)).append("end: true\n").toString();
    }

    private static void add(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }

    /** Writes all of it to a folder: {@code checks/}, {@code plain/}, {@code large.yaml}, {@code deep.yaml}. */
    static void writeTo(Path folder) throws IOException {
        Path checks = Files.createDirectories(folder.resolve("checks"));
        Path plain = Files.createDirectories(folder.resolve("plain"));
        for (int file = 0; file < FILES; file++) {
            Files.writeString(checks.resolve(nameOf(file)), check(file));
            Files.writeString(plain.resolve(nameOf(file)), plain(file));
        }
        Files.writeString(folder.resolve("large.yaml"), large(10_000));
        Files.writeString(folder.resolve("deep.yaml"), deep(100));
        Files.writeString(folder.resolve("deep40.yaml"), deep(40));
    }

    static String nameOf(int file) {
        return String.format(Locale.ROOT, "check_%05d.yaml", file);
    }

    /** Writes the workload to the folder that the argument names. */
    public static void main(String[] arguments) throws IOException {
        writeTo(Path.of(arguments[0]));
    }
}
