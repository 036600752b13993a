package io.agentsecrets.examples.tools;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads whole files. A pipe or a device is not opened, as it might never end, nor even open. */
public final class SmallFile {

    private SmallFile() {}

    /**
     * Reads a file.
     *
     * @param file which one; links are followed
     * @param largest how many bytes it may have
     * @return its bytes
     * @throws IOException if it cannot be read, is no regular file or is larger; {@link FileProblem} has the words
     */
    public static byte[] bytes(Path file, int largest) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(largest + 1);
            if (bytes.length > largest) {
                throw new FileSystemException(file.toString(), null, "larger than " + largest + " bytes");
            }
            return bytes;
        }
    }

    /**
     * Reads a text in UTF-8.
     *
     * @param file which one; links are followed
     * @param largest how many bytes it may have
     * @return its text
     * @throws IOException if it cannot be read, is no regular file, is larger or not UTF-8
     */
    public static String text(Path file, int largest) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes(file, largest)))
                .toString();
    }
}
