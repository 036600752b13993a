package io.agentsecrets.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/**
 * What Maven Central asks of a bundle (https://central.sonatype.org/publish/requirements/), and what we promise beyond it.
 * To add a module, name it in {@code MODULES} and {@code DEPENDENCIES}.
 */
class BundleIT {

    private static final String EMBEDDED = "agent-secrets-embedded";

    /** Each module that has a jar, and its name in the module system. */
    private static final Map<String, String> MODULES = Map.of(
            "secrets-core",
            "io.agentsecrets.core",
            "secrets-yaml",
            "io.agentsecrets.yaml",
            "secrets-exec",
            "io.agentsecrets.exec",
            EMBEDDED,
            "io.agentsecrets.embedded");

    /** What users get with each module; a question mark stands for optional. */
    private static final Map<String, Set<String>> DEPENDENCIES = Map.of(
            "agent-secrets",
            Set.of(),
            EMBEDDED,
            Set.of(),
            "secrets-core",
            Set.of("caffeine", "slf4j-api", "jspecify", "micrometer-core?"),
            "secrets-yaml",
            Set.of("secrets-core", "snakeyaml-engine"),
            "secrets-exec",
            Set.of("secrets-core", "jackson-core", "jna-platform-jpms?"));

    private static Bundle bundle;

    @BeforeAll
    static void read() throws IOException {
        bundle = Bundle.read();
    }

    static Stream<String> modules() {
        return MODULES.keySet().stream().sorted();
    }

    static Stream<String> plainModules() {
        return modules().filter(module -> !module.equals(EMBEDDED));
    }

    static Stream<String> poms() {
        return DEPENDENCIES.keySet().stream().sorted();
    }

    static Stream<String> jars() {
        return poms().filter(module -> !module.equals("agent-secrets"))
                .flatMap(module ->
                        Stream.of(".jar", "-sources.jar", "-javadoc.jar").map(end -> Bundle.path(module, end)));
    }

    @Test
    void the_version_is_a_release() {
        assertThat(Bundle.VERSION)
                .matches("\\d+\\.\\d+\\.\\d+(-[A-Za-z0-9.]+)?")
                .doesNotContain("SNAPSHOT");
    }

    @Test
    void each_module_has_its_jar_sources_javadoc_pom_and_sbom_and_nothing_else_is_there() {
        Set<String> expected = new TreeSet<>();
        poms().forEach(module -> expected.add(Bundle.path(module, ".pom")));
        poms().forEach(module -> expected.add(Bundle.path(module, "-cyclonedx.json")));
        jars().forEach(expected::add);
        expected.add(Bundle.path("secrets-core", "-tests.jar")); // the contract test of backends

        assertThat(bundle.artifacts()).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MD5", "SHA-1", "SHA-256", "SHA-512"})
    void each_artifact_has_its_checksum(String algorithm) throws Exception {
        String end = "." + algorithm.toLowerCase(Locale.ROOT).replace("-", "");
        for (String artifact : bundle.artifacts()) {
            byte[] sum = MessageDigest.getInstance(algorithm).digest(bundle.bytes(artifact));
            assertThat(new String(bundle.bytes(artifact + end), StandardCharsets.US_ASCII).strip())
                    .as(artifact + end)
                    .isEqualTo(HexFormat.of().formatHex(sum));
        }
    }

    @Test
    void each_artifact_is_signed() {
        Assumptions.assumeTrue(System.getenv("MAVEN_GPG_KEY") != null, "MAVEN_GPG_KEY is not set, nothing is signed");
        for (String artifact : bundle.artifacts()) {
            assertThat(new String(bundle.bytes(artifact + ".asc"), StandardCharsets.US_ASCII))
                    .as(artifact)
                    .startsWith("-----BEGIN PGP SIGNATURE-----");
        }
    }

    @ParameterizedTest
    @MethodSource("poms")
    void each_pom_says_what_it_is_whose_it_is_and_where_it_comes_from(String module) throws Exception {
        Element pom = bundle.pom(module);

        assertThat(Bundle.text(pom, "groupId")).isEqualTo("io.agentsecrets");
        assertThat(Bundle.text(pom, "artifactId")).isEqualTo(module);
        assertThat(Bundle.text(pom, "version")).isEqualTo(Bundle.VERSION);
        assertThat(Bundle.text(pom, "name")).isNotEmpty();
        assertThat(Bundle.text(pom, "description")).isNotEmpty();
        assertThat(Bundle.text(pom, "url")).isEqualTo("https://github.com/agent-secrets/agent-secrets");
        assertThat(Bundle.text(pom, "licenses/license/name")).isEqualTo("Apache-2.0");
        assertThat(Bundle.text(pom, "licenses/license/url"))
                .isEqualTo("https://www.apache.org/licenses/LICENSE-2.0.txt");
        assertThat(Bundle.text(pom, "developers/developer/name")).isNotEmpty();
        assertThat(Bundle.text(pom, "developers/developer/url")).startsWith("https://");
        assertThat(Bundle.text(pom, "scm/connection"))
                .isEqualTo("scm:git:https://github.com/agent-secrets/agent-secrets.git");
        assertThat(Bundle.text(pom, "scm/developerConnection")).startsWith("scm:git:");
        assertThat(Bundle.text(pom, "scm/url")).isEqualTo("https://github.com/agent-secrets/agent-secrets");
    }

    @ParameterizedTest
    @MethodSource("poms")
    void each_pom_is_complete_without_a_parent_a_property_or_a_repository(String module) throws Exception {
        assertThat(new String(bundle.bytes(Bundle.path(module, ".pom")), StandardCharsets.UTF_8))
                .doesNotContain("${", "SNAPSHOT", "<parent>", "<repositor", "<pluginRepositor", "<profile", "<build>");
    }

    @ParameterizedTest
    @MethodSource("poms")
    void each_pom_names_what_is_needed_at_run_time_and_nothing_else(String module) throws Exception {
        Set<String> named = new TreeSet<>();
        for (Element dependencies : Bundle.children(bundle.pom(module), "dependencies")) {
            for (Element dependency : Bundle.children(dependencies, "dependency")) {
                assertThat(Bundle.text(dependency, "version")).isNotEmpty();
                assertThat(Bundle.text(dependency, "scope")).isIn("", "compile", "runtime");
                named.add(Bundle.text(dependency, "artifactId")
                        + (Bundle.text(dependency, "optional").equals("true") ? "?" : ""));
            }
        }

        assertThat(named).isEqualTo(new TreeSet<>(DEPENDENCIES.get(module)));
    }

    @Test
    void the_root_pom_is_a_bom_of_the_modules() throws Exception {
        Element managed = Bundle.children(bundle.pom("agent-secrets"), "dependencyManagement")
                .get(0);

        assertThat(Bundle.children(Bundle.children(managed, "dependencies").get(0), "dependency"))
                .extracting(dependency -> Bundle.text(dependency, "groupId") + ":"
                        + Bundle.text(dependency, "artifactId") + ":" + Bundle.text(dependency, "version"))
                .containsExactlyInAnyOrderElementsOf(poms().filter(module -> !module.equals("agent-secrets"))
                        .map(module -> "io.agentsecrets:" + module + ":" + Bundle.VERSION)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("jars")
    void each_jar_holds_the_license_and_the_notice_and_no_time_of_its_build(String jar) throws Exception {
        List<ZipEntry> entries = bundle.entries(jar);

        assertThat(entries).extracting(ZipEntry::getName).contains("META-INF/LICENSE", "META-INF/NOTICE");
        FileTime ofAll = FileTime.from(Instant.parse("2026-11-23T00:00:00Z")); // project.build.outputTimestamp
        if (jar.endsWith(EMBEDDED + "-" + Bundle.VERSION + ".jar")) {
            assertThat(entries.stream().map(ZipEntry::getLastModifiedTime))
                    .as("what comes from other jars keeps its time")
                    .allMatch(time -> time.compareTo(ofAll) <= 0);
        } else {
            assertThat(entries.stream().map(ZipEntry::getLastModifiedTime)).containsOnly(ofAll);
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void each_jar_is_a_module_by_its_own_description(String module) throws Exception {
        String jar = Bundle.path(module, ".jar");
        ModuleDescriptor descriptor =
                ModuleDescriptor.read(new ByteArrayInputStream(bundle.entry(jar, "module-info.class")));

        assertThat(descriptor.name()).isEqualTo(MODULES.get(module));
        assertThat(descriptor.isAutomatic()).isFalse();
        assertThat(bundle.manifest(jar).getMainAttributes())
                .doesNotContainKey(new Attributes.Name("Automatic-Module-Name"));
        assertThat(bundle.manifest(jar).getMainAttributes().getValue("Implementation-Version"))
                .isEqualTo(Bundle.VERSION);
    }

    @ParameterizedTest
    @MethodSource("plainModules")
    void the_sources_are_all_sources_and_the_javadoc_is_a_site(String module) throws Exception {
        Path folder = Path.of("..", "..", module, "src", "main", "java");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(names(Bundle.path(module, "-sources.jar")))
                    .containsAll(files.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                            .toList())
                    .contains("module-info.java");
        }
        assertThat(names(Bundle.path(module, "-javadoc.jar"))).contains("index.html", "element-list");
    }

    @ParameterizedTest
    @MethodSource("plainModules")
    void the_sbom_names_the_module_and_what_its_pom_names(String module) throws Exception {
        JsonNode sbom = new ObjectMapper().readTree(bundle.bytes(Bundle.path(module, "-cyclonedx.json")));
        Set<String> components = new TreeSet<>();
        sbom.get("components").forEach(each -> components.add(each.get("name").asText()));

        assertThat(sbom.get("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(sbom.at("/metadata/component/name").asText()).isEqualTo(module);
        assertThat(sbom.at("/metadata/component/version").asText()).isEqualTo(Bundle.VERSION);
        assertThat(components)
                .containsAll(DEPENDENCIES.get(module).stream()
                        .filter(name -> !name.endsWith("?"))
                        .toList())
                .doesNotContain("junit-jupiter", "assertj-core");
    }

    private static List<String> names(String jar) throws IOException {
        return bundle.entries(jar).stream().map(ZipEntry::getName).toList();
    }
}
