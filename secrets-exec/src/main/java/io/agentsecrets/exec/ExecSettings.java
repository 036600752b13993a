package io.agentsecrets.exec;

import io.agentsecrets.Loggers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one executable.
 *
 * @param executable the file to start; null if none is set
 * @param arguments its arguments
 * @param timeout how long a call may take
 * @param outputMaxSize how many bytes it may print on standard output
 * @param allowGroupExec whether its group may read and execute it
 * @param removeTrailingLineBreak whether line breaks are taken off the end of values
 * @param skipRightsChecks whether the rights on it are not checked
 * @param skipFolderChecks whether the folders above it are not checked
 * @param type passed on in the request; null if not set
 * @param config passed on in the request
 */
record ExecSettings(
        @Nullable Path executable,
        List<String> arguments,
        Duration timeout,
        int outputMaxSize,
        boolean allowGroupExec,
        boolean removeTrailingLineBreak,
        boolean skipRightsChecks,
        boolean skipFolderChecks,
        @Nullable String type,
        Map<String, Object> config) {

    /** The prefix of the names of these settings. */
    static final String PREFIX = "secret_backend_";

    /** The settings that routes do not share. */
    static final List<Setting> OF_ONE_EXECUTABLE =
            List.of(Setting.COMMAND, Setting.ARGUMENTS, Setting.TYPE, Setting.CONFIG);

    /** All settings of this record. */
    static final List<Setting> SETTINGS = List.of(
            Setting.COMMAND,
            Setting.ARGUMENTS,
            Setting.TYPE,
            Setting.CONFIG,
            Setting.CONNECTOR,
            Setting.TIMEOUT,
            Setting.OUTPUT_MAX_SIZE,
            Setting.ALLOW_GROUP_EXEC,
            Setting.REMOVE_TRAILING_LINE_BREAK,
            Setting.SKIP_RIGHTS_CHECKS,
            Setting.SKIP_FOLDER_CHECKS);

    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
    private static final int LARGEST_OUTPUT = 1 << 30;

    ExecSettings {
        arguments = List.copyOf(arguments);
        Objects.requireNonNull(timeout, "timeout");
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    }

    static ExecSettings read(SettingsReader reader) {
        Path command = reader.path(Setting.COMMAND);
        String type = reader.text(Setting.TYPE);
        Path connector = reader.path(Setting.CONNECTOR);
        if (type != null && !reader.isSet(Setting.COMMAND) && !reader.isSet(Setting.CONNECTOR)) {
            reader.wrong(
                    Setting.TYPE,
                    "needs an executable: set secret_backend_connector to the path of the Agent's secret-generic-connector,"
                            + " or secret_backend_command");
        }
        return new ExecSettings(
                command == null && type != null ? connector : command,
                reader.texts(Setting.ARGUMENTS),
                reader.duration(Setting.TIMEOUT, Duration.ofMillis(1), LONGEST_TIMEOUT),
                reader.whole(Setting.OUTPUT_MAX_SIZE, LARGEST_OUTPUT),
                reader.flag(Setting.ALLOW_GROUP_EXEC),
                reader.flag(Setting.REMOVE_TRAILING_LINE_BREAK),
                reader.flag(Setting.SKIP_RIGHTS_CHECKS),
                reader.flag(Setting.SKIP_FOLDER_CHECKS),
                type,
                reader.map(Setting.CONFIG));
    }

    /** Creates the backend; null if no executable is set. Logs a warning each time if the rights are not checked. */
    @Nullable
    ExecBackend backend() {
        if (executable == null) {
            return null;
        }
        if (skipRightsChecks) {
            Loggers.of(SecretSettings.class)
                    .warn(
                            "secret_backend_skip_rights_checks is set: the rights on {} are not checked, and whoever can"
                                    + " change it reads every secret",
                            executable);
        }
        ExecBackend.Builder builder = ExecBackend.builder(executable)
                .arguments(arguments)
                .timeout(timeout)
                .maxOutput(outputMaxSize)
                .allowGroupExec(allowGroupExec)
                .removeTrailingLineBreak(removeTrailingLineBreak)
                .skipChecks(skipRightsChecks)
                .skipFolderChecks(skipFolderChecks)
                .config(config);
        return type == null ? builder.build() : builder.type(type).build();
    }

    /** Prints the settings, but only the names in the config, which may hold credentials of the store. */
    @Override
    public String toString() {
        return "ExecSettings[executable=" + executable + ", arguments=" + arguments + ", timeout=" + timeout
                + ", outputMaxSize=" + outputMaxSize + ", allowGroupExec=" + allowGroupExec
                + ", removeTrailingLineBreak=" + removeTrailingLineBreak + ", skipRightsChecks=" + skipRightsChecks
                + ", skipFolderChecks=" + skipFolderChecks + ", type=" + type + ", config=" + config.keySet() + "]";
    }
}
