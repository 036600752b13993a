package io.agentsecrets.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first file of a JVM loads, which takes most of a cold start (docs/adr/0003 and 0018). */
@DisabledOnOs(OS.WINDOWS)
class ColdStartTest {

    @ParameterizedTest
    @ValueSource(strings = {"text", "tree"})
    void an_ordinary_file_and_reply_need_no_other_library(String form, @TempDir Path folder) throws Exception {
        assertThat(classesOfAFirstFile(form, folder))
                .contains("io.agentsecrets.exec.OrdinaryReply", "io.agentsecrets.yaml.OrdinaryYaml")
                .noneMatch(name -> name.startsWith("com.fasterxml."))
                .noneMatch(name -> name.startsWith("org.snakeyaml."))
                .noneMatch(name -> name.startsWith("com.github.benmanes."))
                .noneMatch(name -> name.startsWith("org.slf4j."));
    }

    @Test
    void only_one_lambda_is_linked_before_the_first_process(@TempDir Path folder) throws Exception {
        List<String> classes = classesOfAFirstFile("text", folder);

        // the one tries whether there is room for threads; Java itself needs what the first lambda of a JVM loads
        assertThat(classes.subList(0, classes.indexOf("java.lang.ProcessBuilder$Redirect")))
                .filteredOn(name -> name.contains("$$Lambda"))
                .filteredOn(name -> name.startsWith("io.agentsecrets."))
                .singleElement()
                .asString()
                .startsWith("io.agentsecrets.exec.ThreadRoom$$");
    }

    /** The names of the classes that a new JVM loads to resolve a file, in their order. */
    private static List<String> classesOfAFirstFile(String form, Path folder) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("check.yaml"), Workload.check(0));
        Path log = folder.resolve("classes");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log + ":none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstFile.class.getName(),
                        file.toString(),
                        Executables.script().toString(),
                        form)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Files.readAllLines(log).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }
}
