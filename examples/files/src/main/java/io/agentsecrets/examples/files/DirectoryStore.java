package io.agentsecrets.examples.files;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A directory with a file for each secret, as Kubernetes mounts them, as {@code /run/secrets} of containers, and as the credentials
 * of systemd. A name is the path of a file below it.
 *
 * <p>Nothing outside of the directory is read: no name with {@code ..}, no absolute one, no link that leads out. Links within it are
 * followed, as Kubernetes' own are ({@code key -> ..data/key}). Devices, pipes and sockets are not read.
 */
final class DirectoryStore implements SecretStore {

    private static final int LARGEST = 1 << 20;

    private final Path directory;

    DirectoryStore(Path directory) {
        try {
            this.directory = directory.toRealPath();
        } catch (IOException e) {
            throw new ToolException("the directory " + directory + " does not exist, or cannot be entered");
        }
        if (!Files.isDirectory(this.directory)) {
            throw new ToolException(directory + " is no directory");
        }
    }

    /** Finds the content of a file. A name that no file can have is missing like any other. */
    @Override
    public @Nullable SecretValue find(String name) {
        try {
            Path file = isBelow(name) ? fileOf(name) : null;
            return file == null ? null : read(file);
        } catch (InvalidPathException e) {
            return null;
        } catch (IOException e) {
            throw new ToolException("the file cannot be read (" + FileProblem.of(e) + ")");
        }
    }

    private static boolean isBelow(String name) {
        return Arrays.stream(name.split("[/\\\\]", -1))
                .noneMatch(part -> part.isEmpty() || part.startsWith("..") || part.equals("."));
    }

    /** The regular file that a name leads to within the directory; null if there is none. */
    private @Nullable Path fileOf(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            return null;
        }
        Path real = file.toRealPath();
        boolean isFile = real.startsWith(directory) && Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS);
        return isFile ? real : null;
    }

    private static SecretValue read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new ToolException("the file is larger than " + LARGEST + " bytes");
            }
            return SecretValue.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new ToolException("the file is no text in UTF-8");
        }
    }
}
