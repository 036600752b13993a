package io.agentsecrets.exec;

import io.agentsecrets.Handle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;

/** Small real executables, written before anything is started: a file that is open for writing cannot be. */
final class Scripts {

    /** A reply with the value {@code v} for the handle {@code h}. */
    static final String GOOD_REPLY = "{\"h\":{\"value\":\"v\",\"error\":null}}";

    /** The line of a script that prints {@link #GOOD_REPLY}. */
    static final String REPLY = "printf '%s' '" + GOOD_REPLY + "'";

    private Scripts() {}

    /** Writes a shell script that only its owner may use. */
    static Path script(Path folder, String... lines) throws IOException {
        return file(folder, "backend", "#!/bin/sh\n" + String.join("\n", lines) + "\n", "rwx------");
    }

    static Path file(Path folder, String name, String text, String mode) throws IOException {
        return file(folder, name, text.getBytes(StandardCharsets.UTF_8), mode);
    }

    static Path file(Path folder, String name, byte[] content, String mode) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /** Writes a script that reads its request and prints these bytes. */
    static Path replying(Path folder, byte[] reply) throws IOException {
        file(folder, "reply", reply, "rw-------");
        return script(folder, "cat >/dev/null", "exec cat '" + folder.resolve("reply") + "'");
    }

    static Set<Handle> handles(String... names) {
        Set<Handle> handles = new LinkedHashSet<>();
        for (String name : names) {
            handles.add(new Handle(name));
        }
        return handles;
    }

    /** Handles whose request is longer than any pipe holds. */
    static Set<Handle> handlesOf300Kilobytes() {
        Set<Handle> handles = handles("h");
        for (int i = 0; i < 300; i++) {
            handles.add(new Handle("x".repeat(1000) + i));
        }
        return handles;
    }
}
