package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Resolution;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Folders of configurations, resolved together. */
class YamlConfigsTest {

    @TempDir
    private Path folder;

    private final FakeBackend backend = new FakeBackend().put("x", "secret").put("y", "other");
    private final SecretResolver resolver = SecretResolver.builder(backend).build();

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private YamlConfigs configs() {
        return YamlConfigs.readFolder(folder, YamlOptions.defaults());
    }

    @Test
    void all_files_cost_one_call_and_each_is_resolved_or_dropped_on_its_own() throws IOException {
        file("b.yaml", "p: ENC[x]\n");
        file("a.yaml", "p: ENC[y]\nq: ENC[x]\n");
        file("broken.yaml", "p: [ENC[x]\n");
        file("none.yaml", "p: ENC[none]\n");
        file("plain.yml", "p: 1\n");
        file("team/redis.yaml", "- ENC[x]\n");

        Map<String, Resolution<List<Object>>> resolutions = configs().resolve(resolver);

        assertThat(resolutions.keySet())
                .containsExactly("a.yaml", "b.yaml", "broken.yaml", "none.yaml", "plain.yml", "team/redis.yaml");
        assertThat(resolutions.get("a.yaml").orThrow()).containsExactly(Map.of("p", "other", "q", "secret"));
        assertThat(resolutions.get("team/redis.yaml").orThrow()).containsExactly(List.of("secret"));
        assertThat(resolutions.get("plain.yml").orThrow()).containsExactly(Map.of("p", 1));
        assertThatThrownBy(() -> resolutions.get("broken.yaml").orThrow()).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> resolutions.get("none.yaml").orThrow()).isInstanceOf(UnresolvedHandlesException.class);
        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void rewriting_leaves_files_without_handles_alone_even_if_they_are_broken() throws IOException {
        file("a.yaml", "p: ENC[x]  # kept\n");
        file("plain.yaml", "[[[ not yaml");

        Map<String, Resolution<String>> resolutions = configs().rewrite(resolver);

        assertThat(resolutions.get("a.yaml").orThrow()).isEqualTo("p: \"secret\"  # kept\n");
        assertThat(resolutions.get("plain.yaml").orThrow()).isEqualTo("[[[ not yaml");
    }

    @Test
    void hidden_names_and_other_endings_are_passed_over() throws IOException {
        file(".hidden.yaml", "p: 1");
        file("..data/c.yaml", "p: 1");
        file("a.yaml.example", "p: 1");
        file("b.yaml", "p: 1");

        assertThat(configs().configs()).extracting(YamlConfig::source).containsExactly("b.yaml");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    void links_are_followed_as_containers_mount_configurations_but_not_in_circles() throws IOException {
        file("..data/c.yaml", "p: ENC[x]");
        Files.createSymbolicLink(folder.resolve("c.yaml"), Path.of("..data", "c.yaml"));
        Files.createSymbolicLink(folder.resolve("gone.yaml"), Path.of("nowhere.yaml"));
        Files.createDirectory(folder.resolve("loop"));
        Files.createSymbolicLink(folder.resolve("loop/again"), folder.resolve("loop"));

        Map<String, Resolution<List<Object>>> resolutions = configs().resolve(resolver);

        assertThat(resolutions.get("c.yaml").orThrow()).containsExactly(Map.of("p", "secret"));
        assertThatThrownBy(() -> resolutions.get("gone.yaml").orThrow())
                .isInstanceOf(ConfigException.class)
                .hasMessage("gone.yaml: cannot read " + folder.resolve("gone.yaml")
                        + ": it is a link to a file that does not exist; put the file there, or remove the link");
    }

    @Test
    void a_folder_that_does_not_exist_is_an_error() {
        assertThatThrownBy(() -> YamlConfigs.readFolder(folder.resolve("none"), YamlOptions.defaults()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no such file or folder; create it, or correct the path");
    }

    @Test
    void a_file_in_the_place_of_the_folder_is_an_error_and_no_empty_folder() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "p: ENC[x]");

        assertThatThrownBy(() -> YamlConfigs.readFolder(file, YamlOptions.defaults()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("a.yaml: cannot read " + file + ": it is no folder; name the folder that the files are in");
    }

    @Test
    void two_configurations_may_not_have_the_same_name() {
        YamlConfig config = YamlConfig.of("a\n.yaml", "1");

        assertThatThrownBy(() -> YamlConfigs.of(List.of(config, config)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a?.yaml");
    }
}
