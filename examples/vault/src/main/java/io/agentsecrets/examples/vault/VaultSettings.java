package io.agentsecrets.examples.vault;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.SmallFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where Vault is and how to log in, from the variables that Vault's own tools read, and a few beside them.
 *
 * @param address VAULT_ADDR: https, or http by choice; nothing but host and port
 * @param namespace VAULT_NAMESPACE, or null
 * @param mount VAULT_KV_MOUNT: where the key-value store of all handles is mounted, or null if each handle names its own
 * @param caFile VAULT_CACERT: certificates in PEM that are trusted instead of the JVM's own, or null
 * @param timeout VAULT_CLIENT_TIMEOUT in seconds, of each request; 10 if not set
 * @param login how to get a token
 */
record VaultSettings(
        URI address,
        @Nullable String namespace,
        @Nullable String mount,
        @Nullable Path caFile,
        Duration timeout,
        Login login) {

    private static final int LARGEST_FILE = 64 * 1024;

    /** A way to get a token. */
    sealed interface Login {

        /** A token that is there already. */
        record Token(SecretValue token) implements Login {}

        /** Logs in by AppRole. */
        record AppRole(String mount, SecretValue roleId, SecretValue secretId) implements Login {}

        /** Logs in as the pod's service account. */
        record Kubernetes(String mount, String role, SecretValue jwt) implements Login {}
    }

    /**
     * Reads the variables.
     *
     * @throws VaultException if one is missing or wrong; it names the variable
     */
    static VaultSettings of(Map<String, String> environment) throws VaultException {
        Reader reader = new Reader(environment);
        String namespace = reader.text("VAULT_NAMESPACE");
        if (namespace != null && !namespace.matches("[\\w./-]+")) {
            throw new VaultException("VAULT_NAMESPACE may hold letters, digits, and . / - _ only");
        }
        String caFile = reader.text("VAULT_CACERT");
        String mount = reader.text("VAULT_KV_MOUNT");
        return new VaultSettings(
                address(reader),
                namespace,
                mount == null ? null : mount(reader, "VAULT_KV_MOUNT", mount),
                caFile == null ? null : Reader.path("VAULT_CACERT", caFile),
                timeout(reader),
                login(reader));
    }

    private static URI address(Reader reader) throws VaultException {
        String text = reader.text("VAULT_ADDR");
        if (text == null) {
            throw new VaultException("VAULT_ADDR is not set; set it to https://HOST:8200");
        }
        try {
            URI uri = URI.create(text);
            boolean rest = uri.getRawQuery() != null
                    || uri.getRawFragment() != null
                    || uri.getRawUserInfo() != null
                    || !List.of("", "/").contains(String.valueOf(uri.getRawPath()));
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() < 65536
                    && !rest) {
                return URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw new VaultException("VAULT_ADDR must be https://HOST:PORT (or http, by choice) and nothing else");
    }

    private static Duration timeout(Reader reader) throws VaultException {
        String text = reader.text("VAULT_CLIENT_TIMEOUT");
        if (text == null) {
            return Duration.ofSeconds(10);
        }
        String digits = text.endsWith("s") ? text.substring(0, text.length() - 1) : text;
        if (!digits.matches("[1-9]\\d{0,3}")) {
            throw new VaultException("VAULT_CLIENT_TIMEOUT must be a number of seconds from 1 to 9999");
        }
        return Duration.ofSeconds(Integer.parseInt(digits));
    }

    private static Login login(Reader reader) throws VaultException {
        String role = reader.text("VAULT_K8S_ROLE");
        if (role != null) {
            SecretValue jwt = reader.secretIn(
                    reader.text("VAULT_K8S_JWT_FILE", "/var/run/secrets/kubernetes.io/serviceaccount/token"),
                    "the pod's token file, or the one that VAULT_K8S_JWT_FILE names,");
            return new Login.Kubernetes(mount(reader, "VAULT_K8S_MOUNT", "kubernetes"), role, jwt);
        }
        SecretValue roleId = reader.secret("VAULT_ROLE_ID");
        if (roleId != null) {
            SecretValue secretId = reader.secret("VAULT_SECRET_ID");
            if (secretId == null) {
                throw new VaultException("VAULT_ROLE_ID is set, but neither VAULT_SECRET_ID nor VAULT_SECRET_ID_FILE");
            }
            return new Login.AppRole(mount(reader, "VAULT_APPROLE_MOUNT", "approle"), roleId, secretId);
        }
        SecretValue token = reader.secret("VAULT_TOKEN");
        if (token == null) {
            Path stored = Reader.path("HOME", reader.text("HOME", System.getProperty("user.home", ".")))
                    .resolve(".vault-token");
            token = Files.isRegularFile(stored) ? reader.secretIn(stored.toString(), "the file ~/.vault-token") : null;
        }
        if (token == null) {
            throw new VaultException(
                    "there is no way to log in: set VAULT_TOKEN or VAULT_TOKEN_FILE, or VAULT_ROLE_ID and"
                            + " VAULT_SECRET_ID, or VAULT_K8S_ROLE");
        }
        return new Login.Token(token);
    }

    private static String mount(Reader reader, String name, String byDefault) throws VaultException {
        String mount = reader.text(name, byDefault);
        if (!mount.matches("[\\w-]+(/[\\w-]+)*")) {
            throw new VaultException(name + " must be the name of a mount: letters, digits, _ and -, with / between");
        }
        return mount;
    }

    /** Whether a text can be a token: one word in ASCII, as it stands in a header of HTTP. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    /** Reads variables; a secret may also be in the file that the variable with _FILE names. */
    private record Reader(Map<String, String> environment) {

        /** Without the variables, some of which are secrets. */
        @Override
        public String toString() {
            return "Reader(" + environment.size() + " variables)";
        }

        @Nullable
        String text(String name) {
            String value = environment.get(name);
            return value == null || value.isEmpty() ? null : value;
        }

        String text(String name, String byDefault) {
            String value = text(name);
            return value == null ? byDefault : value;
        }

        @Nullable
        SecretValue secret(String name) throws VaultException {
            String file = text(name + "_FILE");
            if (file != null) {
                return secretIn(file, "the file that " + name + "_FILE names");
            }
            String value = text(name);
            return value == null ? null : headerValue(name, value);
        }

        /** The value is not quoted: it could be the secret itself, put into the wrong variable. */
        SecretValue secretIn(String file, String what) throws VaultException {
            try {
                return headerValue(
                        what, SmallFile.text(path(what, file), LARGEST_FILE).strip());
            } catch (IOException e) {
                throw new VaultException(what + " cannot be read (" + FileProblem.of(e) + ")");
            }
        }

        static Path path(String name, String text) throws VaultException {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new VaultException(name + " is no path of this system");
            }
        }

        private static SecretValue headerValue(String where, String text) throws VaultException {
            if (!isToken(text)) {
                throw new VaultException(where + " must hold a token of one line in ASCII");
            }
            return SecretValue.of(text);
        }
    }
}
