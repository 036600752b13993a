package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.Origin;
import java.util.Locale;

/**
 * A secret in plain text in a configuration: where it is and what moves it to a store. It holds neither the value nor
 * anything that is computed from it.
 *
 * @param place where it is
 * @param reason why it counts as a secret
 * @param handle a name for it in the store
 * @param line the line to write in its place
 */
public record PlainSecret(Origin place, Reason reason, String handle, String line) {

    /** Why a value counts as a secret. */
    public enum Reason {
        /** Its key is the name of a secret. */
        NAME("a plain secret"),
        /** A password stands in a URL or a connection string. */
        EMBEDDED("a password within a longer value"),
        /** It has the form of a private key or of a token. */
        FORM("a value with the form of a private key or token");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** What was found, for people. */
        public String words() {
            return words;
        }

        /** The name that scripts see in JSON. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The command that puts the secret into the store; it asks for the value, which is never an argument. */
    public String command() {
        return "./examples/keyring/keyring set " + handle;
    }
}
