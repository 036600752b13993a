package io.agentsecrets.examples.sealed;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.PrivateFiles;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A file of keys for AES-256 in Galois/Counter Mode, a line each in Base64. The first is the primary one, with which values are sealed;
 * all of them open. Only the file's owner may have rights on it.
 */
final class KeyFile {

    private static final String HEADER = "# keys of sealed values; the first one seals, all of them open";
    private static final int KEY_LENGTH = 32;
    private static final int LARGEST_FILE = 64 * 1024;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path file;
    private final List<SecretKeySpec> keys;

    private KeyFile(Path file, List<SecretKeySpec> keys) {
        this.file = file;
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads a file.
     *
     * @throws ToolException if it is not there, others have rights on it, or it holds something else
     */
    static KeyFile read(Path file) {
        if (!Files.exists(file)) { // its name is not quoted: it could be a key, put into the wrong variable
            throw new ToolException(
                    "the key file that SEALED_KEY_FILE or --key-file names does not exist; sealed keygen makes it");
        }
        PrivateFiles.requirePrivate(file);
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new ToolException(file + " is too large for a key file");
            }
            List<SecretKeySpec> keys = new ArrayList<>();
            int number = 0;
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    keys.add(key(line.strip(), file, number));
                }
            }
            if (keys.isEmpty()) {
                throw new ToolException(file + " holds no key");
            }
            return new KeyFile(file, keys);
        } catch (IOException e) {
            throw new ToolException(file + " cannot be read as a key file (" + FileProblem.of(e) + ")");
        }
    }

    private static SecretKeySpec key(String line, Path file, int number) {
        try {
            byte[] key = Base64.getDecoder().decode(line);
            if (key.length == KEY_LENGTH) {
                return new SecretKeySpec(key, "AES");
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw new ToolException(file + ", line " + number + ": no key of " + KEY_LENGTH + " bytes in Base64");
    }

    /**
     * Makes a new file with one new key.
     *
     * @throws ToolException if there is a file already
     */
    static void create(Path file) {
        changed(file, () -> {
            if (Files.exists(file)) {
                throw new ToolException(file + " is there already; sealed rotate adds a key to it");
            }
            write(file, List.of(newKey()));
            return 1;
        });
    }

    /**
     * Puts a new primary key before the others. Several of these at once lose no key.
     *
     * @return how many keys there are now
     */
    static int rotate(Path file) {
        return changed(file, () -> {
            List<SecretKeySpec> keys = new ArrayList<>(read(file).keys);
            keys.add(0, newKey());
            write(file, keys);
            return keys.size();
        });
    }

    private static int changed(Path file, PrivateFiles.Change<Integer> change) {
        try {
            return PrivateFiles.withLock(file, change);
        } catch (IOException e) {
            throw new ToolException(file + " cannot be written (" + FileProblem.of(e) + "); nothing was changed");
        }
    }

    private static SecretKeySpec newKey() {
        byte[] key = new byte[KEY_LENGTH];
        RANDOM.nextBytes(key);
        return new SecretKeySpec(key, "AES");
    }

    private static void write(Path file, List<SecretKeySpec> keys) throws IOException {
        String lines = keys.stream()
                .map(key -> Base64.getEncoder().encodeToString(key.getEncoded()))
                .collect(Collectors.joining("\n"));
        byte[] content = (HEADER + "\n" + lines + "\n").getBytes(StandardCharsets.US_ASCII);
        if (content.length > LARGEST_FILE) {
            throw new ToolException(file + " would hold too many keys; delete those that no value needs any more");
        }
        PrivateFiles.replace(file, content);
    }

    /** Holds the lock of this file meanwhile. */
    int whileLocked(PrivateFiles.Change<Integer> change) throws IOException {
        return PrivateFiles.withLock(file, change);
    }

    /** Encrypts a value with the primary key, for a context. */
    SealedValue seal(SecretValue value, String context) {
        byte[] iv = new byte[SealedValue.IV_LENGTH];
        RANDOM.nextBytes(iv);
        byte[] contextBytes = context.getBytes(StandardCharsets.UTF_8);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.get(0), iv, contextBytes);
            return new SealedValue(
                    iv, contextBytes, cipher.doFinal(value.reveal().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES/GCM");
        }
    }

    /**
     * Decrypts a value with the key that fits.
     *
     * @throws ToolException if none fits: another key sealed it, or it was changed
     */
    SecretValue open(SealedValue sealed) {
        for (SecretKeySpec key : keys) {
            try {
                byte[] text = cipher(Cipher.DECRYPT_MODE, key, sealed.iv(), sealed.contextBytes())
                        .doFinal(sealed.dataAndTag());
                return SecretValue.of(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(text))
                        .toString());
            } catch (AEADBadTagException e) {
                // the next key may fit
            } catch (CharacterCodingException e) {
                throw new ToolException("what was sealed is no text in UTF-8");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JVM has no AES/GCM");
            }
        }
        throw new ToolException("no key in " + file + " opens it: it was sealed with another key, or changed since");
    }

    /** Whether the primary key sealed a value. */
    boolean isSealedByPrimary(SealedValue sealed) {
        try {
            new KeyFile(file, keys.subList(0, 1)).open(sealed);
            return true;
        } catch (ToolException e) {
            return false;
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] iv, byte[] context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * SealedValue.TAG_LENGTH, iv));
        cipher.updateAAD(context);
        return cipher;
    }
}
