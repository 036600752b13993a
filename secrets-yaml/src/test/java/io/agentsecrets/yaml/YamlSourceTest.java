package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.Handle;
import io.agentsecrets.NearMisses;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources that one YAML text gives. */
class YamlSourceTest {

    private static final Map<Handle, SecretValue> VALUES = Map.of(new Handle("x"), SecretValue.of("secret"));

    private static final int CASES = Integer.getInteger("cases", 2_000);

    private final FakeBackend backend = new FakeBackend().put("x", "secret");
    private final SecretResolver resolver = SecretResolver.builder(backend).build();

    @Test
    void a_text_gives_trees_and_text_with_the_same_usages() {
        YamlConfig config = YamlConfig.of("a.yaml", "p: ENC[x] # kept\n");

        assertThat(config.trees().usages()).isEqualTo(config.usages());
        assertThat(config.tree().usages()).isEqualTo(config.usages());
        assertThat(config.text().usages()).isEqualTo(config.usages());
        assertThat(config.trees().with(VALUES)).containsExactly(Map.of("p", "secret"));
        assertThat(config.tree().with(VALUES)).isEqualTo(Map.of("p", "secret"));
        assertThat(config.text().with(VALUES)).isEqualTo("p: \"secret\" # kept\n");
        assertThat(resolver.resolve(config.text())).isEqualTo("p: \"secret\" # kept\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p: ENC[x]\n", "---\np: ENC[x]\n"})
    void a_value_that_is_missing_is_named_whoever_reads_the_text(String text) {
        YamlConfig config = YamlConfig.of("a.yaml", text);
        Map<Handle, SecretValue> none = Map.of();

        for (Source<?> source : List.of(config.trees(), config.tree(), config.text())) {
            assertThatThrownBy(() -> source.with(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no value for the handle " + new Handle("x"));
        }
    }

    @Test
    void a_text_that_cannot_hold_a_handle_is_not_parsed_as_text() {
        String notYaml = "[[[ not yaml";
        YamlConfig config = YamlConfig.of("a.yaml", notYaml);

        assertThat(config.text().usages()).isEqualTo(Usages.none());
        assertThat(config.text().with(Map.of())).isSameAs(notYaml);
        assertThatThrownBy(() -> config.trees().usages()).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p: enc[x]\n",
                "p: ENC (x)\n",
                "p: ENC\n  [x]\n",
                "p: 'Enc\t[x]'\n",
                "p: >\n  enc\n  [x]\n",
                "p: x # \u2028\n",
                "p: x # \ufeff\n"
            })
    void a_text_is_warned_of_however_it_is_read(String yaml) {
        String ofTrees = logged(() -> YamlConfig.of("a.yaml", yaml).resolveDocuments(resolver));

        assertThat(ofTrees).contains("WARN").contains("a.yaml: ");
        assertThat(logged(() -> YamlConfig.of("a.yaml", yaml).rewrite(resolver)))
                .isEqualTo(ofTrees);
        assertThat(logged(() -> resolver.resolve(YamlConfig.of("a.yaml", yaml).text())))
                .isEqualTo(ofTrees);
        assertThat(YamlConfig.of("a.yaml", yaml).rewrite(resolver)).isEqualTo(yaml);
    }

    @Test
    void a_near_miss_that_is_refused_is_refused_as_text_too() {
        YamlOptions strict = YamlOptions.builder().nearMisses(NearMisses.REFUSE).build();

        assertThatThrownBy(() -> YamlConfig.of("a.yaml", "p: enc[x]\n", strict).rewrite(resolver))
                .hasMessageContaining("a.yaml, line 1, column 4: ENC must be in capitals");
    }

    @Test
    void what_is_not_parsed_has_nothing_to_warn_of() {
        String[] nearMisses = {"enc[", "ENC [", "ENC (", "eNC\t(", "ENC\n   [", "ENC("};
        long firstSeed = Long.getLong("seed", System.nanoTime());
        for (long seed = firstSeed; seed < firstSeed + CASES; seed++) {
            Random random = new Random(seed);
            String text = MutatedYaml.any(random).replace("ENC[", nearMisses[random.nextInt(nearMisses.length)]);
            if (!YamlOptions.defaults().mayFindIn(text)) {
                assertThat(warnings(text)).as("-Dseed=" + seed + "\n" + text).isEmpty();
            }
        }
    }

    private static List<ConfigWarning> warnings(String text) {
        try {
            return YamlConfig.of("a.yaml", text).warnings();
        } catch (ConfigException notYaml) {
            return List.of();
        }
    }

    private static String logged(Runnable reading) {
        PrintStream standardError = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            reading.run();
        } finally {
            System.setErr(standardError);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void threads_that_need_a_text_at_the_same_time_parse_it_once() throws Exception {
        int threads = 4;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int i = 0; i < 200; i++) {
                YamlConfig config = YamlConfig.of("a.yaml", "p: ENC[x]\n");
                Callable<Usages> reader = () -> {
                    start.await();
                    return config.usages();
                };
                for (Future<Usages> usages : pool.invokeAll(Collections.nCopies(threads, reader))) {
                    assertThat(usages.get()).isSameAs(config.usages());
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void several_documents_are_no_tree_and_nobody_is_asked_for_them() {
        YamlConfig config = YamlConfig.of("a.yaml", "ENC[x]\n---\n1\n");

        assertThat(config.trees().with(VALUES)).isEqualTo(List.of("secret", 1));
        assertThatThrownBy(() -> resolver.resolve(config.tree()))
                .hasMessageContaining("2 documents where one is wanted");
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void a_source_prints_its_name_and_not_its_text() {
        assertThat(YamlConfig.of("a.yaml", "p: hunter2").text()).hasToString("YamlSource[a.yaml]");
    }
}
