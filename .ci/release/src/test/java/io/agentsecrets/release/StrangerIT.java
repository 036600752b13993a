package io.agentsecrets.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project that knows the bundle and docs/embedding.md, and nothing else of this one: its own Maven build takes the plain modules from
 * the bundle and relocates them with the configuration to copy.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class StrangerIT {

    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>com.example</groupId>
              <artifactId>my-agent</artifactId>
              <version>1</version>
              <properties>
                <maven.compiler.release>17</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
              <repositories>
                <repository>
                  <id>bundle</id>
                  <url>BUNDLE</url>
                </repository>
              </repositories>
              <dependencies>
                <dependency>
                  <groupId>io.agentsecrets</groupId>
                  <artifactId>secrets-exec</artifactId>
                  <version>VERSION</version>
                </dependency>
                <dependency>
                  <groupId>io.agentsecrets</groupId>
                  <artifactId>secrets-yaml</artifactId>
                  <version>VERSION</version>
                </dependency>
                <dependency>
                  <groupId>org.slf4j</groupId>
                  <artifactId>slf4j-nop</artifactId>
                  <version>2.0.17</version>
                </dependency>
              </dependencies>
              <build>
                <plugins>
                  <plugin>
                    <artifactId>maven-compiler-plugin</artifactId>
                    <version>3.14.0</version>
                  </plugin>
                  <plugin>
                    <artifactId>maven-jar-plugin</artifactId>
                    <version>3.4.2</version>
                    <configuration>
                      <archive>
                        <manifestEntries>
                          <Premain-Class>com.example.MyAgent</Premain-Class>
                        </manifestEntries>
                      </archive>
                    </configuration>
                  </plugin>
                  SHADE
                </plugins>
              </build>
            </project>
            """;

    /** Has a log manager of its own, and libraries under the old names that fit nothing. */
    private static final String APPLICATION = """
            package app;

            public class Application {
                public static class OwnLogManager extends java.util.logging.LogManager {}

                public static void main(String[] args) {
                    System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
                    System.out.println(java.util.logging.LogManager.getLogManager().getClass().getSimpleName());
                    System.out.println(System.getProperty("my-agent.started"));
                }
            }
            """;

    private static final List<String> OTHER_LIBRARIES =
            List.of("com.fasterxml.jackson.core.JsonFactory", "org.slf4j.LoggerFactory", "org.slf4j.Logger");

    @TempDir
    private Path folder;

    @Test
    void an_agent_that_is_packed_with_the_configuration_to_copy_starts_and_touches_nothing() throws Exception {
        String page = Files.readString(Path.of("..", "..", "docs", "embedding.md"));
        write(
                "pom.xml",
                POM.replace("BUNDLE", repository())
                        .replace("VERSION", Bundle.VERSION)
                        .replace("SHADE", block(page, "xml")));
        write("src/main/java/com/example/MyAgent.java", agent(block(page, "java")));
        String maven = Path.of(System.getProperty("maven.home"), "bin", "mvn").toString();

        String build = run(folder, maven, "-q", "-B", "-Dmaven.repo.local=" + folder.resolve("local"), "package");

        assertThat(folder.resolve("target/my-agent-1.jar")).as(build).exists();
        assertThat(run(
                        folder,
                        java(),
                        "-javaagent:target/my-agent-1.jar=" + settings(),
                        "-cp",
                        application(),
                        "app.Application"))
                .isEqualTo("OwnLogManager\ntrue\n");
    }

    /** The agent of the page without what only the embedded jar has. */
    private static String agent(String source) {
        return source.lines()
                .filter(line -> !line.contains("EmbeddedLog"))
                .map(line -> line.replace("io.agentsecrets.embedded", "io.agentsecrets"))
                .reduce("", (all, line) -> all + line + "\n");
    }

    private static String block(String page, String language) {
        Matcher block = Pattern.compile("<!-- tested by EmbeddingIT -->\n```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    /** The bundle, unpacked. */
    private String repository() throws IOException {
        Bundle bundle = Bundle.read();
        for (String path : bundle.paths()) {
            Path file = folder.resolve("bundle").resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bundle.bytes(path));
        }
        return folder.resolve("bundle").toUri().toString();
    }

    private Path settings() throws IOException {
        Path backend =
                write("secret-backend", "#!/bin/sh\ncat >/dev/null\nprintf '{\"p\":{\"value\":\"canary-hunter2\"}}'\n");
        Files.setPosixFilePermissions(backend, PosixFilePermissions.fromString("rwx------"));
        return write("my.yaml", "password: ENC[p]\n");
    }

    private String application() throws IOException {
        Path classes = folder.resolve("classes");
        compile(classes, write("app/Application.java", APPLICATION));
        for (String name : OTHER_LIBRARIES) {
            int dot = name.lastIndexOf('.');
            String source = "package " + name.substring(0, dot) + "; public class " + name.substring(dot + 1) + " {}";
            compile(classes, write(name.replace('.', '/') + ".java", source));
        }
        return classes.toString();
    }

    private static void compile(Path classes, Path source) {
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, "-d", classes.toString(), source.toString()))
                .isZero();
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String run(Path folder, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed;
    }
}
