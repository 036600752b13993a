package io.agentsecrets.examples.vault;

import io.agentsecrets.exec.BackendServer;

/** The executable: one request on standard input, its reply on standard output. */
final class Main {

    private Main() {}

    /** Ends the JVM with the status of the reply. */
    public static void main(String[] args) {
        VaultSettings settings;
        try {
            settings = VaultSettings.of(System.getenv());
        } catch (VaultException e) {
            System.err.println(e.getMessage());
            System.exit(BackendServer.BACKEND_FAILED);
            return;
        }
        System.exit(BackendServer.run(new VaultBackend(settings)));
    }
}
