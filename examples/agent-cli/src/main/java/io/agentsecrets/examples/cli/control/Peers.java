package io.agentsecrets.examples.cli.control;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/** The users that a running agent answers: its own and root. */
final class Peers {

    private final UserPrincipal owner;

    Peers(UserPrincipal owner) {
        this.owner = owner;
    }

    boolean mayAsk(SocketChannel client) throws IOException {
        if (!client.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            return true; // only the mode of the socket protects it here
        }
        UserPrincipal peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        return peer.equals(owner) || peer.equals(root());
    }

    private static UserPrincipal root() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("0");
    }
}
