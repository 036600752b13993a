package io.agentsecrets.examples.sealed;

import io.agentsecrets.Count;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.Input;
import io.agentsecrets.examples.tools.Output;
import io.agentsecrets.examples.tools.ToolCommandLine;
import io.agentsecrets.examples.tools.ToolException;
import io.agentsecrets.exec.BackendServer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of the tool that seals values. */
@Command(
        name = "sealed",
        mixinStandardHelpOptions = true,
        version = "sealed values of Agent Secrets",
        description = "Seals values that then stand encrypted in configurations, and opens them for an agent.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:a file or a value cannot be used", "2:the command line cannot be understood"})
final class Main implements Runnable {

    private static final int OK = 0;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-k", "--key-file"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The keys; $SEALED_KEY_FILE if not given.")
    private @Nullable Path keyFile;

    @Option(
            names = {"-x", "--context"},
            paramLabel = "TEXT",
            scope = ScopeType.INHERIT,
            description =
                    "What a value is sealed for, such as the name of the system; $SEALED_CONTEXT if not given. An executable"
                            + " with a context opens no other.")
    private @Nullable String context;

    private final Input input = Input.ofThisProcess();

    private Main() {}

    /** Runs a command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        System.exit(ToolCommandLine.execute(new Main(), args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private Path keyFile() {
        String named = System.getenv("SEALED_KEY_FILE");
        if (keyFile != null) {
            return keyFile;
        }
        if (named == null || named.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "no key file: give --key-file FILE or set SEALED_KEY_FILE");
        }
        return Path.of(named);
    }

    private @Nullable String context() {
        String named = context == null ? System.getenv("SEALED_CONTEXT") : context;
        return named == null || named.isEmpty() ? null : named;
    }

    @Command(name = "keygen", description = "Makes a key file of mode 0600.")
    int keygen() {
        KeyFile.create(keyFile());
        return OK;
    }

    @Command(
            name = "rotate",
            description = "Adds a new primary key. The older ones still open; reseal what they sealed.")
    int rotate() {
        int keys = KeyFile.rotate(keyFile());
        Output.line(Count.of(keys, "key"));
        return OK;
    }

    @Command(
            name = "seal",
            description =
                    "Prints the handle of a value: typed twice at a console, else all of standard input without its last"
                            + " line break.")
    int seal() {
        KeyFile keys = KeyFile.read(keyFile());
        SecretValue value = input.newSecret("the handle");
        if (value.isEmpty()) {
            throw new ToolException("an empty value is none");
        }
        String sealedFor = context();
        Output.line(
                "ENC[" + keys.seal(value, sealedFor == null ? "" : sealedFor).toHandle() + "]");
        return OK;
    }

    @Command(name = "open", description = "Prints the value of a handle on standard input, with or without ENC[ ].")
    int open() {
        KeyFile keys = KeyFile.read(keyFile());
        SecretValue line = input.line("");
        String handle = line == null ? "" : line.reveal().strip();
        if (handle.startsWith("ENC[") && handle.endsWith("]")) {
            handle = handle.substring(4, handle.length() - 1);
        }
        SealedValue sealed = SealedValue.parse(handle);
        if (sealed == null) {
            throw new ToolException("no sealed value on standard input");
        }
        String expected = context();
        if (expected != null && !expected.equals(sealed.context())) {
            throw new ToolException("it was sealed for another context than " + expected);
        }
        Output.line(keys.open(sealed).reveal());
        return OK;
    }

    @Command(name = "reseal", description = "Seals the values of a configuration again with the primary key, in place.")
    int reseal(@Parameters(paramLabel = "FILE") Path file) {
        int count = Resealing.of(file, KeyFile.read(keyFile()));
        Output.line(Count.of(count, "value") + " sealed again");
        return OK;
    }

    @Command(
            name = "serve",
            description = "Answers one request of an agent: the executable behind secret_backend_command.")
    int serve() {
        return BackendServer.run(new SealedBackend(KeyFile.read(keyFile()), context()));
    }
}
