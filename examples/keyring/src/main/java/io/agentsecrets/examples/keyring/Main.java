package io.agentsecrets.examples.keyring;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.Input;
import io.agentsecrets.examples.tools.Output;
import io.agentsecrets.examples.tools.ToolCommandLine;
import io.agentsecrets.examples.tools.ToolException;
import io.agentsecrets.exec.BackendServer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of the keyring. */
@Command(
        name = "keyring",
        mixinStandardHelpOptions = true,
        version = "keyring of Agent Secrets",
        description = "Keeps an agent's secrets in a keyring, and answers the agent from it.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:no such key, or a keyring or a file that cannot be used",
            "2:the command line cannot be understood"
        })
final class Main implements Runnable {

    private static final int OK = 0;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-b", "--backend"},
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "The store to use; $KEYRING_BACKEND, or the best usable one, if not given.")
    private @Nullable String backend;

    @Option(
            names = {"-s", "--service"},
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Whose keys; $KEYRING_SERVICE, or agent, if not given.")
    private @Nullable String service;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The encrypted file; $KEYRING_FILE, or ~/.agent-keyring.p12, if not given.")
    private @Nullable Path file;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Where the password of the encrypted file is; $KEYRING_PASSWORD_FILE, or the variable"
                    + " KEYRING_PASSWORD, if not given. With - it is the first line of standard input.")
    private @Nullable Path passwordFile;

    @Option(names = "--list-backends", description = "Shows the stores, the one that is used first, and ends.")
    private boolean listBackends;

    private final Input input = Input.ofThisProcess();
    private @Nullable Password password;

    private Main() {}

    /** Runs a command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        FileKeyring.deriveKeysSlowly();
        System.exit(ToolCommandLine.execute(new Main(), args));
    }

    @Override
    public void run() {
        if (!listBackends) {
            throw new ParameterException(spec.commandLine(), "a command is missing");
        }
        Keyring used = null;
        for (Keyring keyring : keyrings().all()) {
            String problem = keyring.problem();
            boolean first = used == null && problem == null && isChosen(keyring);
            used = first ? keyring : used;
            Output.line(keyring.name() + " (priority " + keyring.priority() + "): "
                    + (problem != null ? problem : first ? "used" : "usable"));
            keyring.close();
        }
    }

    private boolean isChosen(Keyring keyring) {
        String name = chosen(backend, "KEYRING_BACKEND");
        return name == null || name.equals(keyring.name());
    }

    private Keyrings keyrings() {
        String home = chosen(null, "HOME");
        String named = chosen(file == null ? null : file.toString(), "KEYRING_FILE");
        Path path = named == null
                ? Path.of(home == null ? System.getProperty("user.home", ".") : home, ".agent-keyring.p12")
                : Path.of(named);
        return Keyrings.of(path, password());
    }

    private Password password() {
        if (password == null) {
            password = isPasswordFromInput()
                    ? Password.askedFor(input::line)
                    : new Password(passwordFile, System.getenv(), input.isInteractive() ? input::typed : null);
        }
        return password;
    }

    private boolean isPasswordFromInput() {
        return passwordFile != null && passwordFile.equals(Path.of("-"));
    }

    private Keyring open() {
        return keyrings().choose(chosen(backend, "KEYRING_BACKEND"));
    }

    private String service() {
        String named = chosen(service, "KEYRING_SERVICE");
        return named == null ? "agent" : named;
    }

    private static @Nullable String chosen(@Nullable String option, String variable) {
        String value = option == null ? System.getenv(variable) : option;
        return value == null || value.isEmpty() ? null : value;
    }

    @Command(
            name = "set",
            description =
                    "Sets a secret: typed twice at a console, else all of standard input without its last line break.")
    int set(@Parameters(paramLabel = "KEY") String key) {
        requireName(key);
        try (Keyring keyring = open()) {
            keyring.unlock();
            keyring.set(service(), key, notEmpty(input.newSecret(key)));
        }
        return OK;
    }

    private void requireName(String key) {
        if (key.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a key must not be empty");
        }
    }

    private static SecretValue notEmpty(SecretValue value) {
        if (value.isEmpty()) {
            throw new ToolException("an empty secret is none; keyring del KEY takes one away");
        }
        return value;
    }

    @Command(name = "get", description = "Prints a secret.")
    int get(@Parameters(paramLabel = "KEY") String key) {
        try (Keyring keyring = open()) {
            SecretValue value = keyring.get(service(), key);
            if (value == null) {
                throw missing();
            }
            Output.line(value.reveal());
        }
        return OK;
    }

    private ToolException missing() {
        return new ToolException("no such key of the service " + service() + "; keyring list shows the keys");
    }

    @Command(name = "del", description = "Takes a secret away.")
    int del(@Parameters(paramLabel = "KEY") String key) {
        try (Keyring keyring = open()) {
            if (!keyring.delete(service(), key)) {
                throw missing();
            }
        }
        return OK;
    }

    @Command(name = "list", description = "Prints the keys, a line each.")
    int list() {
        try (Keyring keyring = open()) {
            keyring.keys(service()).forEach(Output::line);
        }
        return OK;
    }

    @Command(
            name = "scan",
            description =
                    "Shows which ^keys of a configuration are set, and asks for a new value of each; Enter changes nothing.")
    int scan(@Parameters(paramLabel = "FILE") Path config) {
        List<AppConfig.Entry> entries = AppConfig.read(config).entries();
        try (Keyring keyring = open()) {
            for (AppConfig.Entry entry : entries) {
                String key = entry.handle().name();
                boolean set = keyring.get(service(), key) != null;
                Output.line("[" + entry.section() + "] " + entry.name() + ": " + (set ? "set" : "<not set>"));
                SecretValue value = input.line("New value of " + entry.handle() + " (Enter leaves it): ");
                if (value != null && !value.isEmpty()) {
                    keyring.set(service(), key, value);
                }
            }
        }
        return OK;
    }

    @Command(
            name = "serve",
            description = "Answers one request of an agent: the executable behind secret_backend_command.")
    int serve() {
        if (isPasswordFromInput()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the request of the agent is on standard input, so the password must be in a file");
        }
        return BackendServer.run(new KeyringBackend(this::open, service()));
    }
}
