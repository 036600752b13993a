package io.agentsecrets.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/** Texts that are nearly YAML: real and random ones with parts exchanged, doubled and cut. */
final class MutatedYaml {

    private static final List<String> PARTS = List.of(
            "ENC[a]",
            "\"ENC[b]\"",
            "'ENC[c]'",
            "\" ENC[d]\t\"",
            ": ",
            "- ",
            "? ",
            "\n",
            "\n  ",
            "\n \t\n",
            "\t",
            " \t",
            " # c",
            "# ENC[e]\n",
            "|-\n  ENC[f]\n",
            ">-\n   ENC[g]\n  \t\n",
            "|2-\n",
            "&a ",
            "*a ",
            "*a",
            "&b:",
            "!!str ",
            "!foo ",
            "! ",
            "!!set ",
            "!!int ",
            "!!binary ",
            "<<: ",
            "<<",
            "---\n",
            "...\n",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\r\n",
            "\r",
            "\u0085",
            "\u2028",
            "\u2029",
            "\ufeff",
            "\ud83d\udd11",
            "\\",
            "\"",
            "'",
            "k: v\n",
            "\"k\": ",
            "%YAML 1.1\n---\n",
            "%",
            "@",
            "~",
            "+.inf",
            "\u007f",
            "ENC[h i]",
            "? |-\n  ENC[k]\n: v\n");

    private static final List<String> TEXTS = seeds();

    private MutatedYaml() {}

    /** The inputs of the fuzz tests. */
    static List<String> seeds() {
        URL inputs = MutatedYaml.class.getResource("RewritingFuzzTestInputs");
        try (Stream<Path> files =
                Files.walk(Path.of(Objects.requireNonNull(inputs).toURI()))) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                texts.add(new String(Files.readAllBytes(file), UTF_8));
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A mutated seed, or a mutated random text. */
    static String any(Random random) {
        return random.nextInt(4) == 0
                ? of(new RandomYaml(random).text(), random)
                : of(TEXTS.get(random.nextInt(TEXTS.size())), random);
    }

    /** A text with up to five changes. */
    static String of(String original, Random random) {
        StringBuilder text = new StringBuilder(original);
        for (int i = random.nextInt(5); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(6));
            switch (random.nextInt(8)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, text.substring(at, end));
                case 2 -> text.replace(at, end, PARTS.get(random.nextInt(PARTS.size())));
                default -> text.insert(at, PARTS.get(random.nextInt(PARTS.size())));
            }
        }
        return new String(text.toString().getBytes(UTF_8), UTF_8);
    }
}
