package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.tree.TemplateVariables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Other readers of YAML read the new text as they read the old one, with values in the places of handles. Random texts are
 * made of real ones by exchanging, doubling and cutting parts; {@code -Dcases} says how many, {@code -Dseed} which.
 */
class ForeignReadersTest {

    private static final int CASES = Integer.getInteger("cases", 2_000);

    /** Secrets that some reader of YAML would take for something else if they were written without care. */
    private static final List<String> SECRETS = RewritingFuzzTest.SECRETS.stream()
            .map(secret -> secret.replace("\0", "")) // which not all of them can read
            .toList();

    private static final List<ForeignReader> READERS = new ArrayList<>(List.of(new SnakeYaml11()));

    @BeforeAll
    static void startReaders() throws IOException, InterruptedException {
        LibYaml.start().ifPresent(READERS::add);
    }

    @AfterAll
    static void stopReaders() {
        READERS.forEach(reader -> {
            if (reader instanceof LibYaml process) {
                process.close();
            }
        });
        READERS.clear();
    }

    @Test
    void they_read_the_new_text_as_the_old_one_with_values_in_place() {
        long firstSeed = Long.getLong("seed", System.nanoTime());
        for (long seed = firstSeed; seed < firstSeed + CASES; seed++) {
            Random random = new Random(seed);
            check(MutatedYaml.any(random), "-Dseed=" + seed);
        }
    }

    /** So that a reader that says nothing of any text is noticed. */
    @Test
    void they_notice_what_they_cannot_read_and_literals_and_other_trees() {
        Map<String, String> values = Map.of("x", "0x1F");
        for (ForeignReader reader : READERS) {
            assertThat(reader.problem("a: ENC[x]\n", "a: \"0x1F\"\n", values)).isEmpty();
            assertThat(reader.problem("a: ENC[x]\n", "a: \"0x1F\n", values)).isEqualTo("cannot read the new text");
            assertThat(reader.problem("a: ENC[x]\n", "a: ENC[x]\n", values))
                    .isEqualTo("finds a literal in the new text");
            assertThat(reader.problem("a: ENC[x]\n", "a: 0x1F\n", values)).isEqualTo("reads another tree");
        }
    }

    @Tag("engine-3.2") // earlier ones refuse some of these tabs
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: ENC[x]\n \t\nb: 1\n",
                "a: ENC[x]\n  \t# c\nb: 1\n",
                "a: |-\n  ENC[x]\n  \t\nb: 1\n",
                "a: |-\t # c\n  ENC[x]\nb: 1\n",
                "a: ! ENC[x]\n",
                "!\tENC[x]\n",
                "a: |\n  ENC[x]",
                "a: |\n  ENC[x]\t",
                "a: |\n  ENC[x]\n  ",
                "s: !!set {? 'ENC[x]'}\n",
            })
    void they_read_what_they_once_could_not(String text) {
        assertThat(check(text, "")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    %%host%%: 1#b: %%port%%#             | "%%host%%": 1#b: 5432#
                    a: @#  line %%host%%#  ~#b: 1#       | a: "line h1\\n~\\n"#b: 1#
                    a: @-#  %%host%%#  ~# #b: 1#         | a: "h1\\n~"#b: 1#
                    a: !!int %%port%%#b: ! %%port%%#     | a: 5432#b: "5432"#
                    """)
    void they_read_templates_with_values_as_what_was_meant(String template, String meant) {
        TemplateVariables variables = TemplateVariables.of(Map.of("host", "h1", "port", "5432"));
        String text = template.replace('#', '\n').replace('@', '|').replace('~', '\t');
        YamlConfig config = YamlConfig.of(
                "a.yaml", text, YamlOptions.builder().variables(variables).build());
        String expected = meant.replace('#', '\n').replace("~", "\\t");

        for (ForeignReader reader : READERS) {
            assertThat(reader.problem(expected, config.text().with(Map.of()), Map.of()))
                    .isEmpty();
        }
    }

    /** Returns whether the text was rewritten. */
    private static boolean check(String text, String seed) {
        YamlConfig config = YamlConfig.of("a.yaml", text);
        Map<Handle, SecretValue> values = new HashMap<>();
        Map<String, String> valuesByName = new HashMap<>();
        String rewritten;
        try {
            for (Handle handle : config.text().usages().handles()) {
                String secret = SECRETS.get(Math.floorMod(handle.hashCode(), SECRETS.size()));
                values.put(handle, SecretValue.of(secret));
                valuesByName.put(handle.name(), secret);
            }
            rewritten = config.text().with(values);
        } catch (ConfigException refused) {
            return false;
        }
        if (valuesByName.keySet().stream().anyMatch(OtherReaders::mayDifferIn)) {
            return false; // they read other names in double quotes, and values all the same
        }
        for (ForeignReader reader : READERS) {
            String problem = reader.problem(text, rewritten, valuesByName);
            assertThat(problem)
                    .withFailMessage(() ->
                            reader + " " + problem + ", " + seed + "\n" + shown(text) + "\n=>\n" + shown(rewritten))
                    .isEmpty();
        }
        return true;
    }

    /** With signs for what nobody sees. */
    private static String shown(String text) {
        return text.replace("\t", "<TAB>")
                .replace("\r", "<CR>")
                .replace("\u0085", "<NEL>")
                .replace("\u2028", "<LS>")
                .replace("\u2029", "<PS>")
                .replace("\ufeff", "<BOM>")
                .replace("\u007f", "<DEL>");
    }
}
