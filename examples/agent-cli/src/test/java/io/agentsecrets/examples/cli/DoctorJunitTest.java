package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code agent doctor --junit FILE}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class DoctorJunitTest {

    @TempDir
    private Path home;

    private DoctorRun doctor(Path report, String script, String... handles) throws IOException {
        Path executable = AgentRun.script(home.resolve("backend"), "#!/bin/sh\n" + script + "\n");
        List<String> arguments = new ArrayList<>(List.of("--junit", report.toString()));
        arguments.addAll(List.of(handles));
        return DoctorRun.of(home, executable, "secret_backend_timeout: 20\n", arguments.toArray(new String[0]));
    }

    private static Element suite(Path report) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getDocumentElement();
    }

    private static Element testCase(Element suite, String name) {
        NodeList cases = suite.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            if (((Element) cases.item(i)).getAttribute("name").equals(name)) {
                return (Element) cases.item(i);
            }
        }
        throw new AssertionError("no test case " + name);
    }

    @Test
    void has_a_test_case_for_each_judgement() throws Exception {
        Path report = Files.writeString(home.resolve("doctor.xml"), "an older one");

        DoctorRun run = doctor(report, "printf '{\"a\":{\"error\":\"<store> & \\\\u0001 \\\\ud800 is locked\"}}'", "a");

        Element suite = suite(report);
        assertThat(run.status()).isEqualTo(1);
        assertThat(suite.getTagName()).isEqualTo("testsuite");
        assertThat(suite.getAttribute("name")).isEqualTo("agent doctor");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("0");
        assertThat(suite.getElementsByTagName("testcase").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("tests")))
                .isGreaterThan(8);
        Element failure = (Element)
                testCase(suite, "values").getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).contains("a: ", "<store> & ", " is locked");
        assertThat(failure.getTextContent()).contains("\nnext: see that the store has it");
        assertThat(testCase(suite, "start").getTextContent().strip()).startsWith("OK ");
    }

    @Test
    void counts_what_is_not_known_as_skipped() throws Exception {
        Path report = home.resolve("doctor.xml");

        doctor(report, "exit 3", "a");

        Element suite = suite(report);
        assertThat(suite.getAttribute("skipped"))
                .isEqualTo(String.valueOf(suite.getElementsByTagName("skipped").getLength()))
                .isNotEqualTo("0");
        assertThat(testCase(suite, "exit").getElementsByTagName("failure").getLength())
                .isEqualTo(1);
    }

    @Test
    void leaves_no_half_report_where_none_can_be_written() throws Exception {
        DoctorRun run = doctor(home.resolve("none/doctor.xml"), "echo '{}'", "a");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("none/doctor.xml: it cannot be written: no such file or folder");
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("agent.yaml", "backend");
        }
    }

    @Test
    void names_the_route_that_was_judged() throws Exception {
        Path executable = AgentRun.script(home.resolve("backend"), "#!/bin/sh\necho '{}'\n");
        Path mainFile = Files.writeString(
                home.resolve("agent.yaml"),
                "multi_secret_backends: {files: {command: " + executable + "}, other: {command: /none}}\n");
        Path report = home.resolve("doctor.xml");

        DoctorRun.of(mainFile, "--junit", report.toString(), "--route", "files", "a");

        Element suite = suite(report);
        assertThat(suite.getAttribute("name")).isEqualTo("agent doctor files");
        assertThat(testCase(suite, "values").getAttribute("classname")).isEqualTo("agent doctor files");
    }

    @Test
    void replaces_nothing_but_a_regular_file() throws Exception {
        Path older = Files.writeString(home.resolve("older.xml"), "an older one");
        Path link = Files.createSymbolicLink(home.resolve("link.xml"), older);
        Path lost = Files.createSymbolicLink(home.resolve("lost.xml"), home.resolve("none"));
        Path pipe = home.resolve("pipe.xml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path folder = Files.createDirectory(home.resolve("folder.xml"));

        for (Path report : List.of(link, lost, pipe, folder)) {
            DoctorRun run = doctor(report, "echo '{}'", "a");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .contains(report + ": it cannot be written: it is not a regular file; name a new file");
        }
        assertThat(link).isSymbolicLink();
        assertThat(lost).isSymbolicLink();
        assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther())
                .isTrue();
        assertThat(older).hasContent("an older one");
    }
}
