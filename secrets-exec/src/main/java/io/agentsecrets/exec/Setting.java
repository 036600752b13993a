package io.agentsecrets.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The settings, one row for each. docs/settings.md has the same rows with explanations; a test compares them.
 *
 * <p>A default is written as an operator would write it; an empty one means that nothing is set.
 */
enum Setting {
    COMMAND("secret_backend_command", Kind.PATH, ""),
    ARGUMENTS("secret_backend_arguments", Kind.LIST, ""),
    TIMEOUT("secret_backend_timeout", Kind.SECONDS, "30"),
    OUTPUT_MAX_SIZE("secret_backend_output_max_size", Kind.BYTES, "1048576"),
    ALLOW_GROUP_EXEC("secret_backend_command_allow_group_exec_perm", Kind.FLAG, "false"),
    REMOVE_TRAILING_LINE_BREAK("secret_backend_remove_trailing_line_break", Kind.FLAG, "false"),
    TYPE("secret_backend_type", Kind.TEXT, ""),
    CONFIG("secret_backend_config", Kind.MAP, ""),
    CONNECTOR("secret_backend_connector", Kind.PATH, ""),
    ROUTES("multi_secret_backends", Kind.MAP, ""),
    SKIP_CHECKS("secret_backend_skip_checks", Kind.REFUSED, ""),
    SKIP_RIGHTS_CHECKS("secret_backend_skip_rights_checks", Kind.FLAG, "false"),
    SKIP_FOLDER_CHECKS("secret_backend_skip_folder_checks", Kind.FLAG, "false"),
    ATTEMPTS("secret_backend_attempts", Kind.COUNT, "1"),
    COOL_DOWN("secret_backend_cool_down", Kind.SECONDS, "0"),
    STATE_FILE("secret_backend_state_file", Kind.PATH, ""),
    REFRESH_INTERVAL("secret_refresh_interval", Kind.SECONDS, "0"),
    REFRESH_SCATTER("secret_refresh_scatter", Kind.FLAG, "true"),
    REJECTION_INTERVAL("secret_refresh_on_api_key_failure_interval", Kind.MINUTES, "1"),
    TIME_TO_LIVE("secret_time_to_live", Kind.SECONDS, ""),
    STALE_LIMIT("secret_stale_limit", Kind.SECONDS, ""),
    ALLOWED_HANDLES("secret_allowed_handles", Kind.MAP, ""),
    NEAR_MISSES("secret_near_misses", Kind.TEXT, "warn"),
    AUDIT_FILE("secret_audit_file", Kind.PATH, ""),
    AUDIT_FILE_MAX_SIZE("secret_audit_file_max_size", Kind.BYTES, "1000000"),
    SCOPE_TO_NAMESPACE("secret_scope_integration_to_their_k8s_namespace", Kind.REFUSED, ""),
    ALLOWED_NAMESPACE("secret_allowed_k8s_namespace", Kind.REFUSED, ""),
    IMAGE_TO_HANDLE("secret_image_to_handle", Kind.REFUSED, "");

    /** The type of a value. */
    enum Kind {
        PATH("path"),
        TEXT("text"),
        LIST("list of texts"),
        MAP("map"),
        FLAG("true or false"),
        COUNT("number"),
        BYTES("bytes"),
        SECONDS("seconds"),
        MINUTES("minutes"),
        /** Refused if it asks for something; the message says what to use instead. */
        REFUSED("empty or false");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final String key;
    private final Kind kind;
    private final String byDefault;

    Setting(String key, Kind kind, String byDefault) {
        this.key = key;
        this.kind = kind;
        this.byDefault = byDefault;
    }

    /** Returns the name in a configuration. */
    String key() {
        return key;
    }

    /** Returns the name in an environment, after the agent's prefix. */
    String variable() {
        return key.toUpperCase(Locale.ROOT);
    }

    Kind kind() {
        return kind;
    }

    /** Returns the default as text; empty if there is none. */
    String byDefault() {
        return byDefault;
    }

    /** Tells whether a name is meant to be one of these, even if it is misspelled. */
    static boolean isMeantBy(String name) {
        String spelled = inOurSpelling(name);
        return spelled.startsWith("secret_")
                || spelled.startsWith("multi_secret")
                || Spelling.slippedFrom(spelled, keys()) != null;
    }

    /** Returns the names of all settings. */
    static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (Setting setting : values()) {
            keys.add(setting.key);
        }
        return keys;
    }

    /** Returns a name such as {@code Secret-Backend-Timeout} or {@code secretBackendTimeout} in small letters and with underscores. */
    static String inOurSpelling(String name) {
        StringBuilder spelled = new StringBuilder(name.length() + 8);
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (i > 0 && Character.isUpperCase(letter) && Character.isLowerCase(name.charAt(i - 1))) {
                spelled.append('_');
            }
            spelled.append(letter == '-' || letter == '.' || letter == ' ' ? '_' : Character.toLowerCase(letter));
        }
        return spelled.toString();
    }
}
