package io.agentsecrets.examples.keyring;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.PrivateFiles;
import io.agentsecrets.examples.tools.ToolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Security;
import java.security.UnrecoverableKeyException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted file: a PKCS#12 key store with one entry, which holds all secrets as JSON. A single entry is decrypted once,
 * however many secrets are asked for, so that the derivation of its key from the password may be slow.
 *
 * <p>Who writes holds a lock on the file with {@code .lock}, reads what there is now, and puts a new file in the place of the
 * old one at once: two writers lose nothing, and a crash leaves the old file or the new one. For one thread.
 */
final class FileKeyring implements Keyring {

    private static final String ENTRY = "keyring";
    private static final int LARGEST_FILE = 16 << 20;
    private static final int LONGEST_NAME = 1000;
    private static final TypeReference<SortedMap<String, SortedMap<String, String>>> SECRETS = new TypeReference<>() {};
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Password password;
    private @Nullable Contents contents;

    FileKeyring(Path file, Password password) {
        this.file = file;
        this.password = password;
    }

    /**
     * Makes the derivation of keys in files that this process writes as slow as OWASP recommends (2023: 600,000 rounds of
     * PBKDF2 with HMAC-SHA256; two of half that, as a password can be tried on either). For a program of its own: these are
     * settings of the whole JVM. How a file was written stands in the file.
     */
    static void deriveKeysSlowly() {
        Security.setProperty("keystore.pkcs12.keyPbeIterationCount", "300000");
        Security.setProperty("keystore.pkcs12.macIterationCount", "300000");
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public int priority() {
        return 1;
    }

    @Override
    public @Nullable String problem() {
        if (Files.exists(file) || password.canBeHad()) {
            return null;
        }
        return "there is no file " + file
                + " and no password for a new one; set KEYRING_PASSWORD_FILE, or start this at a"
                + " console to be asked";
    }

    @Override
    public @Nullable SecretValue get(String service, String key) {
        String value = secrets(service).get(key);
        return value == null ? null : SecretValue.of(value);
    }

    /** All of a service; the same map as long as the file is the same one. */
    SortedMap<String, String> secrets(String service) {
        SortedMap<String, String> secrets = read().get(service);
        return secrets == null ? new TreeMap<>() : secrets;
    }

    @Override
    public SortedSet<String> keys(String service) {
        return new TreeSet<>(secrets(service).keySet());
    }

    @Override
    public void unlock() {
        if (Files.exists(file)) {
            read();
        } else {
            password.readForNewFile();
        }
    }

    @Override
    public void set(String service, String key, SecretValue value) {
        if (service.length() > LONGEST_NAME || key.length() > LONGEST_NAME) {
            throw new ToolException(
                    "a service and a key may have " + LONGEST_NAME + " characters; nothing was changed");
        }
        change(secrets -> {
            secrets.computeIfAbsent(service, name -> new TreeMap<>()).put(key, value.reveal());
            return true;
        });
    }

    @Override
    public boolean delete(String service, String key) {
        return change(secrets -> {
            SortedMap<String, String> ofService = secrets.get(service);
            return ofService != null && ofService.remove(key) != null;
        });
    }

    private boolean change(Predicate<SortedMap<String, SortedMap<String, String>>> change) {
        unlock(); // before the lock: somebody may have to type the password
        try {
            return PrivateFiles.withLock(file, () -> {
                SortedMap<String, SortedMap<String, String>> secrets = read();
                contents = null; // what is read is changed below
                boolean changed = change.test(secrets);
                if (changed) {
                    PrivateFiles.replace(file, readable(encrypted(secrets)));
                }
                return changed;
            });
        } catch (IOException e) {
            throw new ToolException("the keyring file " + file + " cannot be written (" + reason(e)
                    + "); its folder must exist and be writable; nothing was changed");
        }
    }

    /** Decrypts the file if it is another one than last time: many keys are asked for in a row, and this is slow. */
    private SortedMap<String, SortedMap<String, String>> read() {
        try {
            Version now = Version.of(file);
            Contents last = contents;
            if (last == null || !last.version.equals(now)) {
                PrivateFiles.requirePrivate(file);
                if (now.size > LARGEST_FILE) {
                    throw new ToolException("the keyring file " + file + " is larger than " + LARGEST_FILE + " bytes");
                }
                last = new Contents(now, decrypted(Files.readAllBytes(file)));
                contents = last;
            }
            return last.secrets;
        } catch (NoSuchFileException e) {
            return new TreeMap<>();
        } catch (IOException e) {
            throw new ToolException("the keyring file " + file + " cannot be read (" + reason(e) + ")");
        }
    }

    /** Which file it is: a change puts another one in its place. */
    private record Version(
            FileTime changed, long size, @Nullable Object key) {

        static Version of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    private record Contents(Version version, SortedMap<String, SortedMap<String, String>> secrets) {

        @Override
        public String toString() {
            return "Contents(" + version + ")";
        }
    }

    private SortedMap<String, SortedMap<String, String>> decrypted(byte[] content) throws IOException {
        char[] characters = password.read().reveal().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), characters);
            Key entry = store.getKey(ENTRY, characters);
            if (entry == null) {
                throw new ToolException(file + " is a key store, but not one of this program");
            }
            return JSON.readValue(entry.getEncoded(), SECRETS);
        } catch (IOException e) {
            throw e.getCause() instanceof UnrecoverableKeyException
                    ? new ToolException(
                            "the password of the keyring file " + file + " is wrong, or the file is damaged")
                    : damaged();
        } catch (GeneralSecurityException | RuntimeException e) {
            throw e instanceof ToolException told ? told : damaged();
        }
    }

    private ToolException damaged() {
        return new ToolException("the keyring file " + file + " is damaged; put a copy of it in its place");
    }

    private byte[] encrypted(SortedMap<String, SortedMap<String, String>> secrets) throws IOException {
        char[] characters = password.read().reveal().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, characters);
            // the key store takes any bytes for a key of this name
            store.setKeyEntry(ENTRY, new SecretKeySpec(JSON.writeValueAsBytes(secrets), "AES"), characters, null);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, characters);
            return out.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new ToolException(
                    "this JVM cannot write PKCS#12 (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** What could not be read again must not take the place of what can. */
    private byte[] readable(byte[] content) {
        if (content.length > LARGEST_FILE) {
            throw new ToolException(
                    "the keyring file would be larger than " + LARGEST_FILE + " bytes; nothing was changed");
        }
        return content;
    }

    private static String reason(IOException e) {
        return FileProblem.of(e);
    }
}
