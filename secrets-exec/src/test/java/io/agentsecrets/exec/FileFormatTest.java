package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The judgement itself; what becomes of it is tried by {@link StartFailureTest}. */
@EnabledOnOs(OS.LINUX)
class FileFormatTest {

    @TempDir
    Path folder;

    @Test
    void the_programs_of_this_system_are_programs() throws IOException {
        for (String name : new String[] {"/bin/sh", "/bin/cat", "/proc/self/exe"}) {
            assertThat(FileFormat.of(Path.of(name).toRealPath())).isInstanceOf(FileFormat.Program.class);
        }
        assertThat(FileFormat.of(Scripts.script(folder, "exit 0")))
                .isEqualTo(new FileFormat.Script(Path.of("/bin/sh")));
    }

    @Test
    void what_is_no_file_is_left_to_the_start() {
        assertThat(FileFormat.of(folder)).isEqualTo(new FileFormat.Unread());
        assertThat(FileFormat.of(folder.resolve("missing"))).isEqualTo(new FileFormat.Unread());
    }

    @Test
    void what_fails_while_it_is_read_is_not_started() {
        assertThat(FileFormat.of(Path.of("/proc/self/mem")))
                .isInstanceOfSatisfying(
                        FileFormat.Unknown.class,
                        unknown -> assertThat(unknown.problem()).startsWith("it cannot be read now"));
    }

    /** Each repetition is a seed. */
    @RepeatedTest(20)
    void a_broken_header_is_judged_and_never_thrown_at(RepetitionInfo seed) throws IOException {
        Random random = new Random(seed.getCurrentRepetition());
        byte[] program = Arrays.copyOf(Files.readAllBytes(Path.of("/bin/true")), 4096);
        Path file = folder.resolve("program");
        for (int i = 0; i < 100; i++) {
            byte[] broken = Arrays.copyOf(program, 64 + random.nextInt(4032));
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                broken[4 + random.nextInt(Math.min(broken.length, 900) - 4)] = (byte) random.nextInt();
            }
            Files.write(file, broken);

            assertThatCode(() -> FileFormat.of(file)).doesNotThrowAnyException();
        }
    }
}
