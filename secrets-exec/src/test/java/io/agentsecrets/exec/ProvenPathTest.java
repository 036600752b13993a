package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a path survives the way to text and back. */
class ProvenPathTest {

    @TempDir
    Path folder;

    @Test
    void a_path_of_ascii_characters_is_its_text() {
        Path path = folder.resolve("a b?c%41'\"\\");

        assertThat(ProvenPath.of(path)).hasToString(path.toString());
        assertThat(ProvenPath.of(folder)).extracting(ProvenPath::path).isEqualTo(folder);
        assertThat(ProvenPath.of(Path.of("/"))).hasToString("/");
    }

    @Test
    void a_path_of_another_file_system_is_compared_by_its_text() throws IOException {
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.windows())) {
            assertThat(ProvenPath.of(disk.getPath("C:\\d\u00fc\\b.exe"))).hasToString("C:\\d\u00fc\\b.exe");
        }
    }

    /** The link has a name of ASCII characters, the file has none; beside it stands one with question marks. */
    @ParameterizedTest
    @CsvSource({"C, false", "POSIX, false", "C.UTF-8, true"})
    @EnabledOnOs(OS.LINUX)
    void where_the_locale_has_no_characters_for_a_path_nothing_is_started(String locale, boolean isStarted)
            throws Exception {
        Path script =
                Scripts.file(folder, "script", "#!/bin/sh\ntouch '" + folder + "/ran'\n" + Scripts.REPLY, "rwx------");
        assertThat(run(
                        locale,
                        List.of(
                                "/bin/sh",
                                "-c",
                                "cd \"$1\"; u=$(printf 'd\\303\\274'); mkdir $u 'd??' && cp -p script $u/b"
                                        + " && cp -p script 'd??/b' && ln -s \"$1/$u/b\" link",
                                "sh",
                                folder.toString())))
                .isZero();
        assertThat(script).exists();
        List<String> agent = new ArrayList<>(JavaProgram.commandLine(AgentProgram.class));
        agent.add(folder.resolve("link").toString());

        assertThat(run(locale, agent) == 0).isEqualTo(isStarted);

        assertThat(Files.exists(folder.resolve("ran"))).isEqualTo(isStarted);
        if (!isStarted) {
            assertThat(Files.readString(folder.resolve("output"), StandardCharsets.ISO_8859_1))
                    .contains("has characters that the agent's locale has not, so another file could be started; start"
                            + " the agent with LC_ALL=C.UTF-8");
        }
    }

    private int run(String locale, List<String> commandLine) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(commandLine)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put("LC_ALL", locale);
        return builder.start().waitFor();
    }
}
