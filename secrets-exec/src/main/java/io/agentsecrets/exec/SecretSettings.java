package io.agentsecrets.exec;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.audit.AuditFile;
import io.agentsecrets.backend.ResilientBackend;
import io.agentsecrets.resolver.HandleRule;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.tree.ConfigTree;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code secret_*} settings of an agent's main configuration, under the names that operators know from the Datadog and
 * StackState Agents (SPEC.md, section 8). Immutable.
 *
 * @param command {@code secret_backend_command}: the executable; null if none is set
 * @param arguments {@code secret_backend_arguments}
 * @param timeout {@code secret_backend_timeout}, in seconds; 30 if not set
 * @param outputMaxSize {@code secret_backend_output_max_size}, in bytes; 1,048,576 if not set
 * @param allowGroupExec {@code secret_backend_command_allow_group_exec_perm}; false if not set
 * @param removeTrailingLineBreak {@code secret_backend_remove_trailing_line_break}; false if not set
 * @param skipChecks {@code secret_backend_skip_checks}; false if not set
 * @param skipFolderChecks {@code secret_backend_skip_folder_checks}; false if not set
 * @param type {@code secret_backend_type}; null if not set
 * @param config {@code secret_backend_config}; empty if not set
 * @param refreshInterval {@code secret_refresh_interval}, in seconds; zero, which is never, if not set
 * @param refreshScatter {@code secret_refresh_scatter}; true if not set
 * @param attempts {@code secret_backend_attempts}: how often a call is made at most that fails by a timeout, at the exit or at the
 *     start; 1 if not set
 * @param coolDown {@code secret_backend_cool_down}, in seconds: how long a backend that failed is left alone; zero if not set
 * @param timeToLive {@code secret_time_to_live}, in seconds: how long a value is used; null, which is for ever, if not set
 * @param staleLimit {@code secret_stale_limit}, in seconds: how much longer it is used while the backend fails; null, which is
 *     for ever, if not set
 * @param allowedHandles {@code secret_allowed_handles}: patterns of handles by patterns of sources; null if every source may use
 *     every handle
 * @param auditFile {@code secret_audit_file}; null if not set
 * @param auditFileMaxSize {@code secret_audit_file_max_size}, in bytes; 1,000,000 if not set
 */
public record SecretSettings(
        @Nullable Path command,
        List<String> arguments,
        Duration timeout,
        int outputMaxSize,
        boolean allowGroupExec,
        boolean removeTrailingLineBreak,
        boolean skipChecks,
        boolean skipFolderChecks,
        @Nullable String type,
        Map<String, Object> config,
        Duration refreshInterval,
        boolean refreshScatter,
        int attempts,
        Duration coolDown,
        @Nullable Duration timeToLive,
        @Nullable Duration staleLimit,
        @Nullable Map<String, List<String>> allowedHandles,
        @Nullable Path auditFile,
        int auditFileMaxSize) {

    /** Copies the collections. */
    public SecretSettings {
        arguments = List.copyOf(arguments);
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(refreshInterval, "refreshInterval");
        Objects.requireNonNull(coolDown, "coolDown");
        allowedHandles = allowedHandles == null ? null : Map.copyOf(allowedHandles);
    }

    /**
     * Reads the settings. A setting that is null counts as not set, and so does an empty command or file.
     *
     * @param source the name of the main configuration, for errors
     * @param mainConfig the main configuration before it is resolved; other names than {@code secret_*} are passed over
     * @return the settings
     * @throws ConfigException of kind {@link FailureKind#SETTINGS} if a {@code secret_*} name is unknown, a value has the
     *     wrong type or is out of range, or one holds a handle; it lists all that is wrong
     */
    public static SecretSettings of(String source, Map<?, ?> mainConfig) {
        Reader reader = new Reader(mainConfig);
        SecretSettings settings = new SecretSettings(
                reader.path("secret_backend_command"),
                reader.strings("secret_backend_arguments"),
                reader.seconds("secret_backend_timeout", Duration.ofSeconds(30), Duration.ofMillis(1)),
                reader.bytes("secret_backend_output_max_size", 1 << 20),
                reader.flag("secret_backend_command_allow_group_exec_perm", false),
                reader.flag("secret_backend_remove_trailing_line_break", false),
                reader.flag("secret_backend_skip_checks", false),
                reader.flag("secret_backend_skip_folder_checks", false),
                reader.text("secret_backend_type"),
                reader.map("secret_backend_config"),
                reader.seconds("secret_refresh_interval", Duration.ZERO, Duration.ZERO),
                reader.flag("secret_refresh_scatter", true),
                reader.attempts("secret_backend_attempts"),
                reader.seconds("secret_backend_cool_down", Duration.ZERO, Duration.ZERO),
                reader.optionalSeconds("secret_time_to_live", Duration.ofMillis(1)),
                reader.optionalSeconds("secret_stale_limit", Duration.ZERO),
                reader.patterns("secret_allowed_handles"),
                reader.path("secret_audit_file"),
                reader.bytes("secret_audit_file_max_size", 1_000_000));
        reader.throwProblems(source);
        return settings;
    }

    /**
     * Makes the backend that these settings describe. An agent that closes its {@link ExecBackend} when it stops puts the parts
     * together itself: {@code resilient(execBackend(), Duration.ZERO)}.
     *
     * @return an {@link ExecBackend}, with attempts and a cool-down around it if they are set, or
     *     {@link SecretBackend#none()} if no command is set
     */
    public SecretBackend backend() {
        ExecBackend executable = execBackend();
        return executable == null ? SecretBackend.none() : resilient(executable, Duration.ZERO);
    }

    /**
     * Makes the executable that these settings describe, without attempts and cool-down.
     *
     * @return a new {@link ExecBackend}, or null if no command is set
     */
    public @Nullable ExecBackend execBackend() {
        return command == null ? null : executable(command);
    }

    /**
     * Puts the attempts and the cool-down of these settings around a backend.
     *
     * @param backend what is asked
     * @param startUpPatience how long calls are repeated until one succeeds for the first time, a day at most; usually zero
     * @return the same backend if there is nothing to put around it
     * @see ResilientBackend.Builder#startUpPatience
     */
    public SecretBackend resilient(SecretBackend backend, Duration startUpPatience) {
        if (attempts == 1 && startUpPatience.isZero() && coolDown.isZero()) {
            return backend;
        }
        return ResilientBackend.builder(backend)
                .attempts(attempts)
                .startUpPatience(startUpPatience)
                .coolDown(coolDown)
                .build();
    }

    /**
     * Begins a resolver with the time to live, the rule and the audit file of these settings.
     *
     * @param backend what it asks, usually {@link #backend()}
     * @return a builder
     */
    public SecretResolver.Builder resolver(SecretBackend backend) {
        SecretResolver.Builder builder = SecretResolver.builder(backend);
        if (timeToLive != null) {
            builder.timeToLive(timeToLive);
        }
        if (staleLimit != null) {
            builder.staleLimit(staleLimit);
        }
        if (allowedHandles != null) {
            builder.rule(HandleRule.patterns(allowedHandles));
        }
        return auditFile == null ? builder : builder.auditTrail(AuditFile.at(auditFile, auditFileMaxSize));
    }

    private ExecBackend executable(Path command) {
        ExecBackend.Builder builder = ExecBackend.builder(command)
                .arguments(arguments)
                .timeout(timeout)
                .maxOutput(outputMaxSize)
                .allowGroupExec(allowGroupExec)
                .removeTrailingLineBreak(removeTrailingLineBreak)
                .skipChecks(skipChecks)
                .skipFolderChecks(skipFolderChecks)
                .config(config);
        return type == null ? builder.build() : builder.type(type).build();
    }

    /** Prints the settings, but of the config, which may hold credentials of the store, the names only. */
    @Override
    public String toString() {
        return "SecretSettings[command=" + command + ", arguments=" + arguments + ", timeout=" + timeout
                + ", outputMaxSize=" + outputMaxSize + ", allowGroupExec=" + allowGroupExec
                + ", removeTrailingLineBreak=" + removeTrailingLineBreak + ", skipChecks=" + skipChecks
                + ", skipFolderChecks=" + skipFolderChecks + ", type=" + type + ", config=" + config.keySet()
                + ", refreshInterval=" + refreshInterval + ", refreshScatter="
                + refreshScatter + ", attempts=" + attempts + ", coolDown=" + coolDown + ", timeToLive=" + timeToLive
                + ", staleLimit=" + staleLimit + ", allowedHandles=" + allowedHandles + ", auditFile=" + auditFile
                + ", auditFileMaxSize=" + auditFileMaxSize + "]";
    }

    /** Reads settings by name and remembers what is wrong, so that an operator sees all of it at once. */
    private static final class Reader {

        private static final Duration DAY = Duration.ofDays(1);
        private static final Duration YEAR = Duration.ofDays(365);
        private static final int LARGEST = 1 << 30;
        private static final int MOST_ATTEMPTS = 100;

        private final Map<?, ?> config;
        private final Set<String> known = new TreeSet<>();
        private final List<String> problems = new ArrayList<>();

        Reader(Map<?, ?> config) {
            this.config = config;
        }

        boolean flag(String name, boolean byDefault) {
            Object value = value(name);
            if (value instanceof Boolean flag) {
                return flag;
            }
            return otherwise(name, value, "true or false", byDefault);
        }

        int bytes(String name, int byDefault) {
            Object value = value(name);
            if ((value instanceof Integer || value instanceof Long) && value instanceof Number size) {
                if (size.longValue() >= 1 && size.longValue() <= LARGEST) {
                    return size.intValue();
                }
            }
            return otherwise(name, value, "a whole number of bytes from 1 to " + LARGEST, byDefault);
        }

        int attempts(String name) {
            Object value = value(name);
            if (value instanceof Integer attempts && attempts >= 1 && attempts <= MOST_ATTEMPTS) {
                return attempts;
            }
            return otherwise(name, value, "a whole number from 1 to " + MOST_ATTEMPTS, 1);
        }

        @Nullable
        Duration optionalSeconds(String name, Duration shortest) {
            return value(name) == null ? null : seconds(name, shortest, shortest, YEAR);
        }

        /** Patterns must be texts throughout: a rule that is understood in part could allow too much. */
        @Nullable
        Map<String, List<String>> patterns(String name) {
            Object value = value(name);
            if (value == null) {
                return null;
            }
            Map<String, List<String>> patterns = new LinkedHashMap<>();
            if (value instanceof Map<?, ?> given) {
                for (Map.Entry<?, ?> entry : given.entrySet()) {
                    List<String> handles = texts(entry.getValue());
                    if (entry.getKey() instanceof String source && handles != null) {
                        patterns.put(source, handles);
                    }
                }
                if (patterns.size() == given.size()) {
                    return patterns;
                }
            }
            return otherwise(name, value, "a map from patterns of sources to lists of patterns of handles", Map.of());
        }

        private static @Nullable List<String> texts(@Nullable Object value) {
            List<String> texts = new ArrayList<>();
            if (value instanceof List<?> list) {
                for (Object element : list) {
                    if (element instanceof String text) {
                        texts.add(text);
                    }
                }
                return texts.size() == list.size() ? texts : null;
            }
            return null;
        }

        Duration seconds(String name, Duration byDefault, Duration shortest) {
            return seconds(name, byDefault, shortest, DAY);
        }

        private Duration seconds(String name, Duration byDefault, Duration shortest, Duration longest) {
            Object value = value(name);
            if (value instanceof Number number && number.doubleValue() <= longest.toSeconds()) {
                Duration duration = Duration.ofNanos((long) (number.doubleValue() * 1e9));
                if (duration.compareTo(shortest) >= 0) {
                    return duration;
                }
            }
            String range = shortest.isZero() ? "from 0 to " : "more than 0 and at most ";
            return otherwise(name, value, "a number of seconds, " + range + longest.toSeconds(), byDefault);
        }

        @Nullable
        String text(String name) {
            Object value = value(name);
            if (value instanceof String text) {
                return text.isEmpty() ? null : text;
            }
            otherwise(name, value, "text", "");
            return null;
        }

        @Nullable
        Path path(String name) {
            String text = text(name);
            try {
                return text == null ? null : Path.of(text);
            } catch (InvalidPathException e) {
                problems.add(name + " must be a path of this system");
                return null;
            }
        }

        List<String> strings(String name) {
            Object value = value(name);
            List<String> strings = texts(value);
            if (strings != null && strings.stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
                problems.add(name + " must not hold a NUL character");
                return List.of();
            }
            if (strings != null) {
                return strings;
            }
            return otherwise(name, value, "a list of texts; put numbers in quotes", List.of());
        }

        Map<String, Object> map(String name) {
            Object value = value(name);
            Map<String, Object> map = new LinkedHashMap<>();
            if (value instanceof Map<?, ?> given) {
                for (Map.Entry<?, ?> entry : given.entrySet()) {
                    if (entry.getKey() instanceof String key) {
                        map.put(key, entry.getValue());
                    }
                }
                if (map.size() == given.size()) {
                    return map;
                }
            }
            return otherwise(name, value, "a map with texts as keys", Map.of());
        }

        private @Nullable Object value(String name) {
            known.add(name);
            return config.get(name);
        }

        private <T> T otherwise(String name, @Nullable Object value, String wanted, T byDefault) {
            if (value != null) {
                problems.add(name + " must be " + wanted);
            }
            return byDefault;
        }

        void throwProblems(String source) {
            for (Map.Entry<?, ?> entry : config.entrySet()) {
                if (entry.getKey() instanceof String name && name.startsWith("secret_")) {
                    if (!known.contains(name)) {
                        problems.add(name + " is unknown; the settings are " + String.join(", ", known));
                    }
                    if (holdsHandle(source, entry.getValue())) {
                        problems.add(name + " must not hold a handle, as it is needed to resolve handles");
                    }
                }
            }
            if (!problems.isEmpty()) {
                throw new ConfigException(FailureKind.SETTINGS, source, String.join("; ", problems));
            }
        }

        private static boolean holdsHandle(String source, @Nullable Object value) {
            boolean[] found = {false};
            ConfigTree.mapStrings(source, value, ConfigTree.DEFAULT_MAX_DEPTH, (path, text) -> {
                found[0] |= HandleSyntax.enc().parse(text).isPresent();
                return text;
            });
            return found[0];
        }
    }
}
