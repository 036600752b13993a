package io.agentsecrets.examples.keyring;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.Lines;
import io.agentsecrets.examples.tools.PrivateFiles;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The password of the encrypted file: where an operator may have put it. */
final class Password {

    private static final int LONGEST = 64 * 1024;

    private final @Nullable Path file;
    private final Map<String, String> environment;
    private final @Nullable Prompt prompt;
    private final boolean isAskedOnce;
    private @Nullable SecretValue given;

    /**
     * Names where the password may be.
     *
     * @param file the file that an option names, or null
     * @param environment of this process: KEYRING_PASSWORD, KEYRING_PASSWORD_FILE, and CREDENTIALS_DIRECTORY of systemd
     * @param prompt asks for it, or null if nobody can be asked
     */
    Password(@Nullable Path file, Map<String, String> environment, @Nullable Prompt prompt) {
        this(file, environment, prompt, false);
    }

    private Password(
            @Nullable Path file, Map<String, String> environment, @Nullable Prompt prompt, boolean isAskedOnce) {
        this.file = file;
        this.environment = environment;
        this.prompt = prompt;
        this.isAskedOnce = isAskedOnce;
    }

    /** A password that is sent when it is needed, once, and that is nowhere else. */
    static Password askedFor(Prompt prompt) {
        return new Password(null, Map.of(), prompt, true);
    }

    /** Asks somebody. */
    interface Prompt {
        @Nullable
        SecretValue ask(String question);
    }

    /** Whether there is one, or somebody can be asked for it. */
    boolean canBeHad() {
        return prompt != null || fileToRead() != null || variable("KEYRING_PASSWORD") != null;
    }

    /**
     * Returns the password.
     *
     * @throws ToolException if there is none, or it cannot be read
     */
    SecretValue read() {
        return read(false);
    }

    /**
     * Returns the password of a file that is to be made. A person types it twice, as nobody could open the file if it was mistyped.
     *
     * @throws ToolException if there is none, or it cannot be read, or what was typed differs
     */
    SecretValue readForNewFile() {
        return read(true);
    }

    private SecretValue read(boolean isNew) {
        if (given == null) {
            SecretValue stored = stored();
            SecretValue password = stored == null ? asked(isNew) : stored;
            if (password == null || password.isEmpty()) {
                throw new ToolException(
                        "the file keyring needs its password: set KEYRING_PASSWORD_FILE, KEYRING_PASSWORD,"
                                + " or give --password-file");
            }
            if (!password.reveal().chars().allMatch(c -> c >= ' ' && c < 127)) {
                throw new ToolException(
                        "the password of a keyring file must be one line of printable characters in ASCII");
            }
            given = password;
        }
        return given;
    }

    private @Nullable SecretValue stored() {
        Path path = fileToRead();
        if (path != null) {
            return inFile(path);
        }
        String variable = variable("KEYRING_PASSWORD");
        return variable == null ? null : SecretValue.of(variable);
    }

    private @Nullable SecretValue asked(boolean isNew) {
        if (prompt == null) {
            return null;
        }
        if (!isNew || isAskedOnce) {
            return prompt.ask("Password of the keyring file: ");
        }
        SecretValue first = prompt.ask("New password of the keyring file: ");
        SecretValue second = prompt.ask("Again: ");
        if (first != null && !first.equals(second)) {
            throw new ToolException("the two were not the same; nothing was changed");
        }
        return first;
    }

    private @Nullable Path fileToRead() {
        String named = variable("KEYRING_PASSWORD_FILE");
        if (file != null || named != null) {
            return file != null ? file : Path.of(String.valueOf(named));
        }
        String credentials = variable("CREDENTIALS_DIRECTORY");
        Path credential = credentials == null ? null : Path.of(credentials, "keyring-password");
        return credential != null && Files.exists(credential) ? credential : null;
    }

    private @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private static SecretValue inFile(Path path) {
        if (!Files.exists(
                path)) { // its name is not quoted: it could be the password itself, put into the wrong variable
            throw new ToolException(
                    "the password file that KEYRING_PASSWORD_FILE or --password-file names does not exist");
        }
        PrivateFiles.requirePrivate(path);
        try {
            if (Files.size(path) > LONGEST) {
                throw new ToolException("the password file " + path + " is too large");
            }
            String text = Files.readString(path);
            return SecretValue.of(Lines.withoutLineBreak(text));
        } catch (IOException e) {
            throw new ToolException("the password file " + path + " cannot be read (" + FileProblem.of(e) + ")");
        }
    }
}
