package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backend that starts an executable for every call: handles as JSON on its standard input, values as JSON on its standard
 * output (docs/protocol.md).
 *
 * <p>Before every start the rights on the file are checked. The executable is started directly, never through a shell, with
 * the agent's environment and working directory. One deadline covers everything from start to exit. When it passes, or the
 * executable prints too much, or the caller is interrupted, or this backend is closed, the process and its descendants are
 * killed and the call fails.
 *
 * <p>Nothing that the executable prints ever enters an exception. Its standard error goes to the log, one record for each
 * line, at WARN if the call failed (a line that each failed call prints at most once a minute) and at DEBUG otherwise. The
 * secrets of the call and those that a resolver knows are masked.
 *
 * <p>Thread-safe; several calls may run at the same time, each with a process of its own. It keeps no secrets except those
 * of the last probes.
 */
public final class ExecBackend implements SecretBackend {

    private final ExecutableCheck check;
    private final ProcessRunner runner;
    private final Path command;
    private final List<String> arguments;
    private final BackendProtocol protocol;
    private final Duration timeout;
    private final boolean checksRights;
    private final boolean removeTrailingLineBreak;
    private final StderrLog stderrLog;
    private final KnownRedactors knownSecrets = new KnownRedactors();

    private ExecBackend(Builder builder) {
        command = builder.command;
        arguments = List.copyOf(builder.arguments);
        check = new ExecutableCheck(
                builder.command,
                new ExecutableCheck.Options(builder.allowGroupExec, builder.skipFolderChecks, builder.skipChecks));
        runner = new ProcessRunner(builder.timeout, builder.maxOutput, builder.environment, builder.withheld);
        timeout = builder.timeout;
        checksRights = !builder.skipChecks;
        protocol = new BackendProtocol(builder.type, builder.config);
        removeTrailingLineBreak = builder.removeTrailingLineBreak;
        stderrLog = new StderrLog(command, Ticker.system());
    }

    /**
     * Returns a builder of backends that start the given executable.
     *
     * @param command the absolute path of the executable
     * @return a builder with the default settings
     */
    public static Builder builder(Path command) {
        return new Builder(command);
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        return call(handles, protocol.request(handles), null);
    }

    /**
     * Calls the executable as {@link #fetch} does and also reports what a fetch ignores, for tools that find out why an
     * executable does not work. It does not throw a {@link BackendException}: a failure is part of the result.
     *
     * @param handles the handles to ask for; unlike in a fetch, there may be none
     * @return what came of it
     */
    public Probe probe(Set<Handle> handles) {
        return Probe.of(notes -> call(handles, protocol.request(handles), notes));
    }

    /**
     * Calls the executable without a request: its standard input is at its end at once, as if the agent had died before it
     * asked.
     *
     * @return what came of it
     */
    public Probe tryOutWithoutRequest() {
        return Probe.of(notes -> call(Set.of(), new byte[0], notes));
    }

    private Map<Handle, FetchResult> call(Set<Handle> handles, byte[] request, Probe.@Nullable Notes notes) {
        ProcessOutput output = runner.run(check, arguments, request);
        Reply reply = Reply.read(output.stdout(), handles);
        TextMask mask = knownSecrets.with(reply);
        boolean failed = true;
        try {
            output.requireExit();
            requireSuccess(output);
            Map<Handle, FetchResult> results = reply.results(removeTrailingLineBreak, mask);
            failed = false;
            return results;
        } finally {
            // what a probe finds is shown by its caller
            stderrLog.write(output, failed && notes == null, mask);
            if (notes != null) {
                notes.take(output, reply, mask);
                // no resolver knows these secrets, and the next probe may print them
                maskWith(Redactor.of(reply.secrets()));
            }
        }
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    /**
     * Adds a redactor for the log and for the reasons of failed handles, where the secrets of the call itself are masked
     * anyway. Several resolvers may share this backend.
     */
    @Override
    public void maskWith(Redactor redactor) {
        knownSecrets.add(redactor);
    }

    @Override
    public BackendStatus status() {
        return check.status();
    }

    /**
     * Returns the names of the variables that are not passed on to the executable, whether they are set or not.
     *
     * @return the names that are never passed on and those that this backend {@linkplain Builder#withhold withholds}
     */
    public Set<String> withheld() {
        return runner.withheld();
    }

    /**
     * Tells whether the rights on the file are checked before each start.
     *
     * @return false if this backend was told to {@linkplain Builder#skipChecks skip the checks}
     */
    public boolean checksRights() {
        return checksRights;
    }

    /** Kills the processes of running calls, which then fail, and refuses further calls. Safe to repeat. */
    @Override
    public void close() {
        runner.close();
    }

    private void requireSuccess(ProcessOutput output) {
        int exitStatus = output.exitStatus();
        if (exitStatus != 0) {
            throw new BackendException(
                    FailureKind.EXIT,
                    "the executable '" + command + "' ended with exit status " + exitStatus + meaning(exitStatus)
                            + (output.stderr().length == 0
                                    ? "; it printed nothing on standard error"
                                    : "; what it printed on standard error is in the agent's log")
                            + StartFailure.remedyIfUnreadable(command));
        }
    }

    /** Returns the meaning of a status of shells and kernels (POSIX.1-2017, Shell Command Language, 2.8.2). */
    private static String meaning(int exitStatus) {
        return switch (exitStatus) {
            case 126 -> " (a command in it could not be executed)";
            case 127 -> " (a command in it was not found; the agent's PATH may be shorter than yours)";
            default -> exitStatus > 128 && exitStatus < 160 ? " (ended by signal " + (exitStatus - 128) + ")" : "";
        };
    }

    /** Names the executable. */
    @Override
    public String toString() {
        return "ExecBackend[" + command + "]";
    }

    /** The settings of a backend. Not thread-safe. */
    public static final class Builder {

        private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
        private static final int LARGEST_OUTPUT = 1 << 30;

        private final Path command;
        private final Map<String, String> environment = new HashMap<>();
        private final Set<String> withheld = new HashSet<>();
        private List<String> arguments = List.of();
        private Duration timeout = Duration.ofSeconds(30);
        private int maxOutput = 1 << 20;
        private boolean allowGroupExec;
        private boolean removeTrailingLineBreak;
        private boolean skipFolderChecks;
        private boolean skipChecks;
        private @Nullable String type;
        private Map<String, ?> config = Map.of();

        private Builder(Path command) {
            this.command = Objects.requireNonNull(command, "command");
        }

        /**
         * Sets the arguments of the executable. Other users of the machine can see them: no secrets here.
         *
         * @param arguments passed as they are; none if not set
         * @return this builder
         * @throws IllegalArgumentException if one holds a NUL character
         */
        public Builder arguments(List<String> arguments) {
            this.arguments = List.copyOf(arguments);
            this.arguments.forEach(argument -> requireNoNul("an argument", argument));
            return this;
        }

        /**
         * Sets how long a call may take, from the start of the process to its exit.
         *
         * @param timeout more than zero, a day at most; 30 seconds if not set
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
                throw new IllegalArgumentException("timeout must be more than zero and a day at most, not " + timeout);
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets how much the executable may print on standard output.
         *
         * @param maxOutput bytes, 1 or more and 1 GiB at most; 1 MiB if not set
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxOutput(int maxOutput) {
            if (maxOutput < 1 || maxOutput > LARGEST_OUTPUT) {
                throw new IllegalArgumentException(
                        "maxOutput must be from 1 to " + LARGEST_OUTPUT + " bytes, not " + maxOutput);
            }
            this.maxOutput = maxOutput;
            return this;
        }

        /**
         * Allows the executable's group to read and execute it, as containers with arbitrary user ids need it. On Windows
         * every call is refused if this is set.
         *
         * @param allowGroupExec false if not set
         * @return this builder
         */
        public Builder allowGroupExec(boolean allowGroupExec) {
            this.allowGroupExec = allowGroupExec;
            return this;
        }

        /**
         * Removes line breaks at the end of values, for executables that print the content of files.
         *
         * @param removeTrailingLineBreak false if not set: values are byte-exact
         * @return this builder
         */
        public Builder removeTrailingLineBreak(boolean removeTrailingLineBreak) {
            this.removeTrailingLineBreak = removeTrailingLineBreak;
            return this;
        }

        /**
         * Skips the check of the folders above the executable, for systems on which these folders belong to another user,
         * such as some containers. A user who can write to one of them can replace the executable; the rights on the
         * executable itself are still checked.
         *
         * @param skipFolderChecks false if not set
         * @return this builder
         */
        public Builder skipFolderChecks(boolean skipFolderChecks) {
            this.skipFolderChecks = skipFolderChecks;
            return this;
        }

        /**
         * Skips the check of the rights on the executable. Then any user who can change the file can read every secret.
         *
         * @param skipChecks false if not set
         * @return this builder
         */
        public Builder skipChecks(boolean skipChecks) {
            this.skipChecks = skipChecks;
            return this;
        }

        /**
         * Sets the field {@code type} of the request.
         *
         * @param type for executables that serve several stores
         * @return this builder
         */
        public Builder type(String type) {
            this.type = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * Sets the field {@code config} of the request.
         *
         * @param config maps, lists and scalars; the field is left out if there are none
         * @return this builder
         */
        public Builder config(Map<String, ?> config) {
            this.config = Objects.requireNonNull(config, "config");
            return this;
        }

        /**
         * Sets a variable in the environment of the executable.
         *
         * @param name its name
         * @param value its value, which root and the same user can see
         * @return this builder
         * @throws IllegalArgumentException if the name is empty or holds an equals sign, or either holds a NUL character
         */
        public Builder environment(String name, String value) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("the name of a variable must not be empty nor hold an equals sign");
            }
            requireNoNul("the name of a variable", name);
            requireNoNul("the value of the variable " + name, value);
            environment.put(name, value);
            return this;
        }

        private static void requireNoNul(String what, String text) {
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(what + " must not hold a NUL character");
            }
        }

        /**
         * Withholds variables of the agent's environment from the executable, besides {@code JAVA_TOOL_OPTIONS},
         * {@code JDK_JAVA_OPTIONS} and {@code _JAVA_OPTIONS}, which are never passed on: an executable in Java would load
         * the agent again.
         *
         * @param names names of variables
         * @return this builder
         */
        public Builder withhold(Collection<String> names) {
            withheld.addAll(names);
            return this;
        }

        /**
         * Builds the backend. It starts and checks nothing yet.
         *
         * @return a backend
         * @throws IllegalArgumentException if the command is not an absolute path, or the config cannot be written as JSON
         */
        public ExecBackend build() {
            if (!command.isAbsolute()) {
                throw new IllegalArgumentException("command must be an absolute path; write the path from the root");
            }
            return new ExecBackend(this);
        }
    }
}
