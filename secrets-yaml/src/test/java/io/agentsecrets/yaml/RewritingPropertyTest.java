package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What must hold of every YAML text, every handle and every secret, tried on random ones. */
class RewritingPropertyTest {

    private static final int CASES = Integer.getInteger("cases", 2_000);
    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"", Pattern.DOTALL);

    @Test
    void the_new_text_reads_as_the_tree_with_secrets_in_place_and_nothing_else_changes() {
        long firstSeed = Long.getLong("seed", System.nanoTime());
        int tried = 0;
        for (long seed = firstSeed; seed < firstSeed + CASES; seed++) {
            RandomYaml yaml = new RandomYaml(new Random(seed));
            if (!isYaml(yaml.text())) {
                continue;
            }
            try {
                check(seed, yaml);
            } catch (RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed, e);
            }
            tried++;
        }
        assertThat(tried).isGreaterThan(CASES / 2);
    }

    /** Engines before 3.2 refuse some places of tabs and fail on others. */
    private static boolean isYaml(String text) {
        try {
            loadedAsYaml12(text);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static void check(long seed, RandomYaml yaml) {
        FakeBackend backend = new FakeBackend();
        yaml.secrets().forEach(backend::put);
        SecretResolver resolver = SecretResolver.builder(backend).build();
        YamlConfig config = YamlConfig.of("random.yaml", yaml.text());
        String hint = "-Dseed=" + seed + "\n" + yaml.text();

        String rewritten = config.rewrite(resolver);

        assertThat(loadedAsYaml12(rewritten)).as("YAML 1.2, " + hint).isEqualTo(yaml.documents());
        assertThat(loadedAsYaml11(rewritten)).as("YAML 1.1, " + hint).isEqualTo(yaml.documents());
        assertThat(config.resolveDocuments(resolver)).as("tree, " + hint).isEqualTo(yaml.documents());
        assertOnlyHandlesChanged(rewritten, yaml.pieces(), hint);
    }

    private static void assertOnlyHandlesChanged(String rewritten, List<String> pieces, String hint) {
        int position = 0;
        Matcher quoted = DOUBLE_QUOTED.matcher(rewritten);
        for (String piece : pieces) {
            if (isPlaceOfHandle(piece)) {
                assertThat(quoted.find(position) && quoted.start() == position)
                        .as("a quoted scalar at " + position + ", " + hint)
                        .isTrue();
                position = quoted.end();
            } else {
                assertThat(rewritten.substring(position)).as(hint).startsWith(piece);
                position += piece.length();
            }
        }
        assertThat(position).as(hint).isEqualTo(rewritten.length());
    }

    @SuppressWarnings("ReferenceEquality") // the mark is told from a text of the same letters by its identity
    private static boolean isPlaceOfHandle(String piece) {
        return piece == RandomYaml.HANDLE;
    }

    private static List<Object> loadedAsYaml12(String text) {
        return EngineLoad.documents(withoutMark(text));
    }

    private static List<Object> loadedAsYaml11(String text) {
        List<Object> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(new LoaderOptions()))
                .loadAll(withoutMark(text))
                .forEach(documents::add);
        return documents;
    }

    /** The byte order mark is the affair of whoever decodes the bytes. */
    private static String withoutMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }
}
