package io.agentsecrets.yaml;

import java.util.List;
import java.util.Random;

/** A random text in the style of check files: block maps and lists, scalars on one line, comments, lists in brackets. */
final class OrdinaryText {

    private static final int DEEPEST = 4;

    private static final List<String> SCALARS = List.of(
            "ENC[db_%d]",
            "\"ENC[api/token;%d]\"",
            "'ENC[it''s %d]'",
            "\" ENC[x%d] \"",
            "plain %d",
            "two words",
            "%d",
            "-5",
            "1.5",
            "true",
            "null",
            "''",
            "\"\"",
            "'it''s: # [ {'",
            "\"it's: # [ {\"",
            "http://host:80/x?y=z#frag",
            "select count(*) from t where s = 'open'",
            "--flag=1",
            "a,b]c}d",
            "gr\u00fc\u00dfe %d",
            "C:\\dir",
            "{}",
            "[]",
            "[a, \"ENC[f%d]\", 'c d', 1, env:prod]",
            "[f(x), e:1 ]",
            "");

    /** Values that are no handles but look like one. */
    private static final List<String> NEAR_MISSES =
            List.of("enc[x%d]", "pre ENC[x%d]", "ENC[x%d", "ENC(x%d)", "'ENC[x] '", "[ENC(x), e:1 ]", "ENC[PKCS7,%d]");

    /** What turns an ordinary text into one that only looks so. */
    private static final List<String> PARTS = List.of(
            " ",
            "  ",
            "\n",
            "\n\n",
            "-",
            "- ",
            ": ",
            ":",
            "#",
            " #",
            "'",
            "\"",
            "[",
            "]",
            "{",
            "}",
            ",",
            ", ",
            "ENC[z]",
            "\"ENC[z]\"",
            "\\",
            "|",
            "> ",
            "? ",
            "&a ",
            "*a",
            "!",
            "!!str ",
            "%",
            "@",
            "---\n",
            "...",
            "\t",
            "\r\n",
            "\r",
            "<<: ",
            "\u0085",
            "\u2028",
            "\ufeff",
            "\ud83d\udd11",
            "\u007f",
            "~",
            "k: v\n",
            "  k: v\n",
            "x",
            "'a': ",
            "\"k\": b\n",
            "%%host%%",
            "\u00e9",
            "- - ",
            "-\n",
            "k:\n",
            "   ",
            "=",
            ".");

    private final Random random;
    private final String lineBreak;
    private final boolean nearMisses;
    private final StringBuilder text = new StringBuilder();
    private int names;

    private OrdinaryText(Random random) {
        this.random = random;
        this.lineBreak = random.nextInt(4) == 0 ? "\r\n" : "\n";
        this.nearMisses = random.nextInt(4) == 0;
    }

    static String any(Random random) {
        OrdinaryText made = new OrdinaryText(random);
        made.collection(random.nextInt(8) == 0 ? 2 : 0, 1);
        return made.text.toString();
    }

    /** An ordinary text with up to four changes. */
    static String mutated(Random random) {
        StringBuilder text = new StringBuilder(any(random));
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(5));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
                case 2 -> text.replace(at, end, PARTS.get(random.nextInt(PARTS.size())));
                case 3 -> text.insert(startOfLine(text, at), " ".repeat(1 + random.nextInt(3)));
                default -> text.insert(at, PARTS.get(random.nextInt(PARTS.size())));
            }
        }
        return text.toString();
    }

    private static int startOfLine(StringBuilder text, int at) {
        return text.lastIndexOf("\n", at - 1) + 1;
    }

    private void collection(int indent, int depth) {
        boolean map = random.nextInt(3) > 0;
        int size = 1 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            blankOrComment(indent);
            text.append(" ".repeat(indent)).append(map ? key() + ":" : "-");
            value(indent, depth, map);
        }
    }

    private String key() {
        String key = random.nextInt(20) == 0 ? "k" + random.nextInt(3) : "k" + names++;
        return switch (random.nextInt(12)) {
            case 0 -> "'" + key + "'";
            case 1 -> "\"" + key + " x\"";
            case 2 -> key + " y/z ";
            case 3 -> nearMisses ? "ENC[" + key + "]" : key;
            case 4 -> random.nextInt(4) == 0 ? String.valueOf(random.nextInt(3)) : key;
            default -> key;
        };
    }

    private void value(int indent, int depth, boolean inMap) {
        if (depth == DEEPEST || random.nextInt(3) > 0) {
            List<String> scalars = nearMisses && random.nextInt(8) == 0 ? NEAR_MISSES : SCALARS;
            String scalar = scalars.get(random.nextInt(scalars.size())).replace("%d", String.valueOf(names++));
            text.append(scalar.isEmpty() ? "" : " ".repeat(1 + random.nextInt(2)))
                    .append(scalar);
            endLine();
        } else if (!inMap && random.nextBoolean()) {
            text.append(' ').append(key()).append(":");
            value(indent + 2, depth + 1, true);
            collectionOrNot(indent + 2, depth + 1);
        } else {
            endLine();
            collectionOrNot(indent + (inMap && random.nextInt(4) == 0 ? 0 : 2), depth + 1);
        }
    }

    private void collectionOrNot(int indent, int depth) {
        if (random.nextInt(6) > 0) {
            collection(indent, depth);
        }
    }

    private void endLine() {
        if (random.nextInt(6) == 0) {
            text.append(random.nextBoolean() ? "  " : " # ENC[in a comment]: 'x");
        }
        text.append(lineBreak);
    }

    private void blankOrComment(int indent) {
        switch (random.nextInt(10)) {
            case 0 -> text.append(lineBreak);
            case 1 ->
                text.append(" ".repeat(random.nextInt(indent + 3)))
                        .append("# \"a: [b")
                        .append(lineBreak);
            case 2 -> text.append("  ").append(lineBreak);
            default -> {}
        }
    }
}
