package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real shells read each short name as it is. {@code -Dlonger=1} tries longer names. */
@DisabledOnOs(OS.WINDOWS)
class ShellWordTest {

    private static final int LONGER = Integer.getInteger("longer", 0);
    private static final String PRINT = "printf '%s\\0' ";
    private static final Pattern NOT_SHOWN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    /** What means something to a shell or a terminal. */
    private static final String[] CHARACTERS = {
        "'", "\"", "\\", "$", "`", "!", " ", "\n", "\t", "\r", "\u001b", "\u202e", "*", "?", "[", "~", "#", "=", "-",
        "a", "é", "🔑", "(", "{", ";", "&", "|", "<", "%", ".", "/"
    };

    /** What means something beside quotes. */
    private static final String[] OF_QUOTES = {"'", "\\", "!", "\"", "a", "-"};

    /** Makes a file of each byte between two letters, except the two that no name can hold. */
    private static final String TOUCH_EACH_BYTE = "for a in 0 1 2 3; do for b in 0 1 2 3 4 5 6 7; do"
            + " for c in 0 1 2 3 4 5 6 7; do true >\"$(printf \"a\\\\$a$b${c}a\")\"; done; done; done 2>/dev/null";

    @TempDir
    Path folder;

    @TempDir
    Path scripts;

    private final Set<Path> paths = new LinkedHashSet<>();

    @BeforeEach
    void every_short_name() {
        EveryText.of(CHARACTERS, 3 + LONGER, this::addPath);
        EveryText.of(OF_QUOTES, 6 + LONGER, this::addPath);
        assertThat(paths).hasSizeGreaterThan(50_000);
    }

    private void addPath(String name) {
        try {
            paths.add(Path.of(name));
        } catch (InvalidPathException notInThisLocale) {
            assertThat(name).matches("(?s).*[^\\x00-\\x7f].*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "bash --posix", "zsh", "ksh", "busybox sh"})
    void a_shell_reads_each_word_as_the_path(String shell) throws Exception {
        StringBuilder script = new StringBuilder();
        for (Path path : paths) {
            script.append(PRINT).append(ShellWord.of(path)).append('\n');
        }

        assertThatAllAre(paths, run(shell, script));
    }

    private static void assertThatAllAre(Iterable<Path> paths, String printed) {
        Iterator<String> words = List.of(printed.split("\0")).iterator();
        for (Path path : paths) {
            assertThat(words.hasNext() ? words.next() : "nothing").isEqualTo(word(path.toString()));
        }
        assertThat(words.hasNext()).isFalse();
    }

    /** A name that begins with a minus would be read as an option. */
    private static String word(String path) {
        return path.startsWith("-") ? "./" + path : path;
    }

    /** At a terminal an exclamation mark repeats an earlier command. */
    @Test
    void a_command_can_be_pasted_into_a_terminal_and_shows_the_path_as_it_is() throws Exception {
        StringBuilder script = new StringBuilder();
        List<Path> shown = new ArrayList<>();
        for (Path path : paths) {
            String command = ShellWord.command("printf '%s\\0'", path);
            boolean isShown = !NOT_SHOWN.matcher(path.toString()).find();
            assertThat(command.startsWith(PRINT)).as(command).isEqualTo(isShown);
            if (isShown) {
                shown.add(path);
                script.append(command).append('\n');
            }
        }

        assertThatAllAre(shown, run("bash -o history -o histexpand", script));
    }

    @Test
    void a_name_that_begins_with_a_minus_is_no_option() {
        assertThat(ShellWord.command("chmod 0600", Path.of("-x"))).isEqualTo("chmod 0600 './-x'");
    }

    /** Bytes that are no character of the locale all look alike. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void a_command_names_its_file_and_no_other_whatever_the_bytes_of_its_name() throws Exception {
        run("sh", TOUCH_EACH_BYTE);
        StringBuilder script = new StringBuilder();
        List<Path> renamed = new ArrayList<>();
        for (Path file : files()) {
            String command = ShellWord.command("rm", file);
            if (command.startsWith("rm ")) {
                script.append(command).append('\n');
            } else {
                renamed.add(file);
            }
        }

        assertThat(run("sh", script)).isEmpty();
        assertThat(files()).containsExactlyInAnyOrderElementsOf(renamed).hasSize(31 + 1 + 128);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Returns what a shell prints that reads a script, errors too. */
    private String run(String shell, CharSequence script) throws IOException, InterruptedException {
        Path input = Files.writeString(scripts.resolve("input"), script);
        Path output = scripts.resolve("output");
        ProcessBuilder process = new ProcessBuilder(shell.split(" "))
                .directory(folder.toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        process.environment().put("HISTFILE", "/dev/null");
        process.environment().put("LC_ALL", "C.UTF-8");
        try {
            process.start().waitFor();
        } catch (IOException notInstalled) {
            assumeTrue(shell.equals("sh"), shell + " is not installed");
        }
        return Files.readString(output);
    }
}
