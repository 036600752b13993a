package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBytesTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeTwoThousandBytes() throws IOException {
        file = Files.writeString(folder.resolve("file"), "0123456789".repeat(200));
    }

    @Test
    void bytes_are_found_at_the_beginning_in_the_middle_and_at_the_end() throws IOException {
        try (FileBytes bytes = FileBytes.of(file)) {
            assertThat(bytes.first(3)).asString().isEqualTo("012");
            assertThat(text(bytes.at(2, 4))).isEqualTo("2345");
            assertThat(text(bytes.at(1_021, 6))).isEqualTo("123456");
            assertThat(text(bytes.at(1_990, 10))).isEqualTo("0123456789");
        }
    }

    @Test
    void bytes_that_the_file_does_not_have_are_null() throws IOException {
        try (FileBytes bytes = FileBytes.of(file)) {
            assertThat(bytes.at(1_991, 10)).isNull();
            assertThat(bytes.at(-1, 10)).isNull();
            assertThat(bytes.at(Long.MAX_VALUE, 10)).isNull();
        }
    }

    @Test
    void a_short_file_is_its_own_beginning() throws IOException {
        try (FileBytes bytes = FileBytes.of(Files.writeString(file, "short"))) {
            assertThat(bytes.first(256)).asString().isEqualTo("short");
            assertThat(bytes.at(3, 3)).isNull();
        }
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return StandardCharsets.US_ASCII.decode(Objects.requireNonNull(bytes)).toString();
    }
}
