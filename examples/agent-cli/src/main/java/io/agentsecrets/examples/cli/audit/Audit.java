package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.tools.FileProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of an audit: the plain secrets in some files.
 *
 * @param files how many were read
 * @param secrets the plain secrets that are not allowed
 * @param allowed how many plain secrets are allowed
 * @param errors why files could not be read
 */
public record Audit(int files, List<PlainSecret> secrets, int allowed, List<ConfigException> errors) {

    /** The library reads no longer YAML either. */
    private static final int MAX_BYTES = 3 * 1024 * 1024;

    /** Copies the lists. */
    public Audit {
        secrets = List.copyOf(secrets);
        errors = List.copyOf(errors);
    }

    /** Audits files. One that cannot be read becomes an error, and the others are still read. */
    public static Audit of(List<Path> files, AllowList allowed) {
        List<PlainSecret> secrets = new ArrayList<>();
        List<ConfigException> errors = new ArrayList<>();
        for (Path file : files) {
            try {
                secrets.addAll(PlainSecrets.in(file.toString(), text(file)));
            } catch (ConfigException e) {
                errors.add(e);
            }
        }
        int all = secrets.size();
        secrets.removeIf(secret -> allowed.allows(secret.place()));
        return new Audit(files.size() - errors.size(), secrets, all - secrets.size(), errors);
    }

    /**
     * Reads a file. A pipe might never end, and is not opened.
     *
     * @throws ConfigException if it cannot be read, is not a regular file or is too long
     */
    public static String text(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw unread(file, "it is not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw unread(file, "it is longer than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IOException e) {
            throw unread(file, FileProblem.of(e));
        }
    }

    private static ConfigException unread(Path file, String problem) {
        return new ConfigException(FailureKind.CONFIG, file.toString(), problem);
    }
}
