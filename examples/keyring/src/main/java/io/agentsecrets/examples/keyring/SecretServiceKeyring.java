package io.agentsecrets.examples.keyring;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.freedesktop.dbus.ObjectPath;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.secret.Item;
import org.freedesktop.secret.Service;
import org.freedesktop.secret.Static;
import org.freedesktop.secret.simple.SimpleCollection;
import org.jspecify.annotations.Nullable;

/**
 * The Secret Service of the Free Desktop, as GNOME Keyring and KeePassXC offer it. Items have the attributes {@code service}
 * and {@code username}, as those of {@code secret-tool} and of Python's keyring have, so all of them see the same items.
 */
final class SecretServiceKeyring implements Keyring {

    private static final String SERVICE = "service";
    private static final String KEY = "username";
    private static final char REPLACEMENT = '\ufffd';

    /** How long a prompt of the keyring's own is waited for. */
    private static final Duration PROMPT_TIMEOUT = Duration.ofSeconds(10);

    private @Nullable SimpleCollection collection;

    @Override
    public String name() {
        return "secret-service";
    }

    @Override
    public int priority() {
        return 5; // as in Python's keyring
    }

    @Override
    public @Nullable String problem() {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            return "it is there on Linux only";
        }
        if (!hasBus()) {
            return "there is no session bus; log in to a desktop, or start this with dbus-run-session (docs/keyring.md)";
        }
        if (!isOffered()) {
            return "nobody on the session bus offers the Secret Service; start gnome-keyring-daemon or KeePassXC";
        }
        return null;
    }

    private static boolean hasBus() {
        String address = System.getenv("DBUS_SESSION_BUS_ADDRESS");
        if (address != null && !address.isEmpty()) {
            return true;
        }
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return runtime != null && Files.exists(Path.of(runtime, "bus"));
    }

    private static boolean isOffered() {
        try {
            return SimpleCollection.isAvailable();
        } catch (LinkageError | RuntimeException e) { // it connects when its class is loaded
            return false;
        }
    }

    @Override
    public @Nullable SecretValue get(String service, String key) {
        for (String item : items(service, key)) {
            char[] secret = open().getSecret(item);
            if (secret == null) {
                throw locked();
            }
            String text = String.valueOf(secret);
            Arrays.fill(secret, '\0');
            if (text.indexOf(REPLACEMENT) >= 0) { // what the library makes of bytes that are no text
                throw new UnusableSecretException("the secret is no text in UTF-8");
            }
            return SecretValue.of(text);
        }
        return null;
    }

    @Override
    public void set(String service, String key, SecretValue value) {
        CharBuffer secret = CharBuffer.wrap(value.reveal());
        Map<String, String> attributes = Map.of(SERVICE, service, KEY, key);
        String label = "Password for '" + key + "' on '" + service + "'"; // as Python's keyring has it
        List<String> items = items(service, key);
        SimpleCollection opened = open();
        withinPatience(() -> {
            if (items.isEmpty()) {
                opened.createItem(label, secret, attributes);
            } else {
                opened.updateItem(items.get(0), label, secret, attributes);
            }
        });
        SecretValue now = get(service, key);
        if (!value.equals(now)) { // the library tells of no failure
            throw new ToolException("the keyring did not take the secret; is it locked, or was the prompt dismissed?");
        }
    }

    /** A store may ask its user to agree, and the library waits for that longer than a script does. */
    private static void withinPatience(Runnable write) {
        FutureTask<Boolean> task = new FutureTask<>(write, true);
        Thread thread = new Thread(task, "keyring-write");
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(PROMPT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ToolException(
                    "the keyring waits for its user to agree; set the secret in its own program, with the"
                            + " attributes " + SERVICE + " and " + KEY);
        } catch (ExecutionException e) {
            throw new ToolException("the keyring did not take the secret; is it locked?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException("interrupted");
        }
    }

    @Override
    public boolean delete(String service, String key) {
        List<String> items = items(service, key);
        if (!items.isEmpty()) {
            deleteItems(items);
        }
        return !items.isEmpty();
    }

    /** The collection's own way to delete locks the keyring first and asks its user to unlock it again. */
    private static void deleteItems(List<String> items) {
        try (DBusConnection bus =
                DBusConnectionBuilder.forSessionBus().withShared(false).build()) {
            Service service = new Service(bus);
            for (String item : items) {
                ObjectPath prompt = new Item(Static.Convert.toObjectPath(item), service).delete();
                if (prompt == null || !prompt.getPath().equals("/")) {
                    throw new ToolException(
                            "the keyring lets go of a secret only when its user agrees; delete it there");
                }
            }
        } catch (DBusException | IOException e) {
            throw new ToolException(
                    "the session bus cannot be used (" + e.getClass().getSimpleName() + ")");
        }
    }

    @Override
    public SortedSet<String> keys(String service) {
        SortedSet<String> keys = new TreeSet<>();
        for (String item : found(Map.of(SERVICE, service))) {
            String key = open().getAttributes(item).get(KEY);
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    private List<String> items(String service, String key) {
        return found(Map.of(SERVICE, service, KEY, key));
    }

    private List<String> found(Map<String, String> attributes) {
        SimpleCollection opened = open();
        if (opened.isLocked()) {
            throw locked();
        }
        List<String> items = opened.getItems(attributes);
        return items == null ? List.of() : items;
    }

    private static ToolException locked() {
        return new ToolException("the keyring is locked; unlock it by logging in, in its own program, or as"
                + " docs/keyring.md says for services");
    }

    private SimpleCollection open() {
        if (collection == null) {
            try {
                collection = new SimpleCollection();
            } catch (IOException | RuntimeException | LinkageError e) {
                throw new ToolException("the Secret Service has no default keyring that can be opened ("
                        + e.getClass().getSimpleName() + ")");
            }
        }
        return collection;
    }

    /** Without this its threads would keep the JVM from ending. */
    @Override
    public void close() {
        if (hasBus()) {
            try {
                SimpleCollection.disconnect();
            } catch (LinkageError | RuntimeException e) {
                // it was never connected
            }
        }
    }
}
