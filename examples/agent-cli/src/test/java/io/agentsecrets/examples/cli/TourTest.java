package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** docs/tour.md shows what the commands print for the files that it shows. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the page shows limits and users as Linux has them")
class TourTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "tour.md");
    private static final Pattern FILE =
            Pattern.compile("^`([\\w./-]+)`:\n\n```\\w+\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern SCREEN =
            Pattern.compile("^```console\n\\$ agent (.*?)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    private Path home;

    @BeforeEach
    void write_the_files_of_the_page() throws IOException {
        Files.createDirectory(home.resolve("conf.d"));
        for (MatchResult file : FILE.matcher(Files.readString(PAGE)).results().toList()) {
            Path path = home.resolve(file.group(1));
            String text = file.group(2).replace("/etc/agent", home.toString());
            if (text.startsWith("#!")) {
                AgentRun.script(path, text);
            } else {
                Files.writeString(path, text);
            }
        }
    }

    @Test
    void the_page_shows_what_is_printed() throws IOException {
        List<MatchResult> screens =
                SCREEN.matcher(Files.readString(PAGE)).results().toList();

        assertThat(screens).hasSizeGreaterThan(3);
        for (MatchResult screen : screens) {
            String arguments = screen.group(1);
            assertThat(comparable(printed(arguments))).as(arguments).isEqualTo(comparable(screen.group(2)));
        }
    }

    private String printed(String arguments) {
        AgentRun run = AgentRun.of(Stream.concat(
                        Stream.of("-c", home.resolve("agent.yaml").toString()), Stream.of(arguments.split(" ", -1)))
                .toArray(String[]::new));
        return (run.out() + run.err()).replace(home.toString(), "/etc/agent");
    }

    /** Leaves out what differs from machine to machine: times, and who runs the agent where. */
    private static String comparable(String text) {
        return text.replaceAll("\\d+(\\.\\d+)? (s|ms)\\b", "TIME")
                .replaceAll("(?m)^(User|Folder|PATH|HOME|Withheld|Limits|Owner username|Group name): .*", "$1")
                .replaceAll("\"(owner|group)\":\"[^\"]*\"", "$1")
                .replaceAll("\"ageSeconds\":\\d+", "")
                .replaceAll("owner \\S+, group \\S+", "owner, group")
                .replaceAll("(?m)^(OK|WARN) +environment .*\n( +next: .*\n)?", "");
    }
}
