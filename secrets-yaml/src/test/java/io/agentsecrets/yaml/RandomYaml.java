package io.agentsecrets.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A random YAML stream, together with what must come of it. Outside of its handles it says only what YAML 1.1 and 1.2 read
 * alike.
 */
final class RandomYaml {

    /** Marks the place of a replaced scalar among the {@link #pieces}. */
    static final String HANDLE = new String("handle");

    private static final int DEEPEST = 4;
    private static final String[] COMMENTS = {"", "", "", "  # a note", " # ENC[commented]", "    # far: [ { "};
    private static final String[] STRINGS = {
        "alpha", "two words", "a-b_c", "http://x/y?z", "x#y", "it's", "100%", "a, b"
    };

    private final Random random;
    private final String lineBreak;
    private final StringBuilder text = new StringBuilder();

    /** What of the text must stay, in order, with {@link #HANDLE} for each replaced scalar. */
    private final List<String> pieces = new ArrayList<>();

    private final StringBuilder piece = new StringBuilder();
    private final List<Object> documents = new ArrayList<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final List<String> anchoredHandles = new ArrayList<>();
    private int names;

    RandomYaml(Random random) {
        this.random = random;
        this.lineBreak = random.nextInt(4) == 0 ? "\r\n" : "\n";
        if (random.nextInt(8) == 0) {
            keep("\ufeff");
        }
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            anchoredHandles.clear();
            if (i > 0 || random.nextBoolean()) {
                keep("---" + lineBreak);
            }
            documents.add(random.nextBoolean() ? blockMap(0, 1) : blockList(0, 1));
        }
        pieces.add(piece.toString());
    }

    String text() {
        return text.toString();
    }

    List<String> pieces() {
        return pieces;
    }

    /** The trees with the secrets in place. */
    List<Object> documents() {
        return documents;
    }

    /** The secrets by handle. */
    Map<String, String> secrets() {
        return secrets;
    }

    private void keep(String unchanged) {
        text.append(unchanged);
        piece.append(unchanged);
    }

    private String replaced(String written, String handle) {
        text.append(written);
        pieces.add(piece.toString());
        pieces.add(HANDLE);
        piece.setLength(0);
        return secrets.computeIfAbsent(handle, name -> randomSecret());
    }

    private Map<String, Object> blockMap(int indent, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        int size = 1 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            blankOrComment(indent);
            String key = "k" + names++;
            keep(" ".repeat(indent) + (random.nextInt(5) == 0 ? '"' + key + '"' : key) + ":");
            map.put(key, blockValue(indent, depth));
        }
        return map;
    }

    private List<Object> blockList(int indent, int depth) {
        List<Object> list = new ArrayList<>();
        int size = 1 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            blankOrComment(indent);
            keep(" ".repeat(indent) + "-");
            list.add(blockValue(indent, depth));
        }
        return list;
    }

    private void blankOrComment(int indent) {
        switch (random.nextInt(10)) {
            case 0 -> keep(lineBreak);
            case 1 -> keep(" ".repeat(indent) + "# ENC[in_a_comment]: { [" + lineBreak);
            default -> {}
        }
    }

    /** What follows a key or a dash, to the end of its last line. */
    private Object blockValue(int indent, int depth) {
        int choice = random.nextInt(depth < DEEPEST ? 10 : 7);
        if (choice >= 8) {
            keep(COMMENTS[random.nextInt(COMMENTS.length)] + lineBreak);
            return random.nextBoolean() ? blockMap(indent + 2, depth + 1) : blockList(indent + 2, depth + 1);
        }
        keep(random.nextInt(5) == 0 ? "   " : " ");
        if (choice == 0) {
            return blockScalar(indent);
        }
        Object value = choice == 7 ? flow(depth + 1) : scalar(false);
        keep(COMMENTS[random.nextInt(COMMENTS.length)] + lineBreak);
        return value;
    }

    private Object blockScalar(int indent) {
        String handle = simpleHandle();
        String style = random.nextBoolean() ? "|-" : ">-";
        if (random.nextInt(3) == 0) {
            style = style.charAt(0) + "2-";
        }
        String rest = COMMENTS[random.nextInt(COMMENTS.length)] + lineBreak;
        // the indicators give way to the secret, the rest of their line stays, the content goes
        String value = replaced(style, handle);
        keep(rest);
        text.append(" ".repeat(indent + 2))
                .append("ENC[")
                .append(handle)
                .append(']')
                .append(lineBreak);
        return value;
    }

    private Object flow(int depth) {
        boolean map = random.nextBoolean();
        Map<String, Object> entries = new LinkedHashMap<>();
        List<Object> elements = new ArrayList<>();
        keep(map ? "{" : "[");
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            keep(i == 0 ? "" : random.nextBoolean() ? ", " : " ,  ");
            if (map) {
                String key = "k" + names++;
                keep('"' + key + "\": ");
                entries.put(key, flowValue(depth));
            } else {
                elements.add(flowValue(depth));
            }
        }
        keep(map ? "}" : "]");
        return map ? entries : elements;
    }

    private Object flowValue(int depth) {
        return depth < DEEPEST && random.nextInt(4) == 0 ? flow(depth + 1) : scalar(true);
    }

    private Object scalar(boolean inFlow) {
        return switch (random.nextInt(8)) {
            case 0 -> plainInteger();
            case 1 -> {
                keep("true");
                yield true;
            }
            case 2 -> {
                String string = STRINGS[random.nextInt(STRINGS.length)];
                keep("'" + string.replace("'", "''") + "'");
                yield string;
            }
            case 3 -> alias();
            default -> handle(inFlow);
        };
    }

    private Object plainInteger() {
        int number = random.nextInt(10_000);
        keep(String.valueOf(number));
        return number;
    }

    private Object alias() {
        if (anchoredHandles.isEmpty()) {
            return plainInteger();
        }
        int index = random.nextInt(anchoredHandles.size());
        String handle = anchoredHandles.get(index);
        keep("*a" + index + " ");
        return Objects.requireNonNull(secrets.get(handle));
    }

    private Object handle(boolean inFlow) {
        String handle = simpleHandle();
        if (random.nextInt(4) == 0) {
            keep("&a" + anchoredHandles.size() + " ");
            anchoredHandles.add(handle);
        }
        if (random.nextInt(6) == 0) {
            keep("!!str ");
        }
        return switch (random.nextInt(inFlow ? 2 : 3)) {
            case 0 -> {
                String odd = handle + " it's: {odd} # é😀\t]";
                renameLast(handle, odd);
                yield replaced("'ENC[" + odd.replace("'", "''") + "]'", odd);
            }
            case 1 -> {
                String odd = handle + "\"\\\u00e9😀\u0007";
                renameLast(handle, odd);
                yield replaced("\" ENC[" + handle + "\\\"\\\\\\u00e9😀\\x07]\\t\"", odd);
            }
            default -> replaced("ENC[" + handle + "]", handle);
        };
    }

    private void renameLast(String handle, String odd) {
        int last = anchoredHandles.size() - 1;
        if (last >= 0 && anchoredHandles.get(last).equals(handle)) {
            anchoredHandles.set(last, odd);
        }
    }

    private String simpleHandle() {
        return new String[] {"db_", "api/token;", "a[0].", "x]ENC[y"}[random.nextInt(4)] + random.nextInt(30) + "_"
                + names++;
    }

    private String randomSecret() {
        String[] tricky = {
            "yes",
            "no",
            "~",
            "null",
            "0x1F",
            "017",
            "1e3",
            "1_000",
            "190:20:30",
            "2024-01-01",
            "<<",
            "=",
            "!!int 1",
            "&a",
            "*a",
            "- x",
            "? x",
            "k: v",
            "# x",
            " lead",
            "trail ",
            "\ttab\t",
            "'",
            "\"",
            "\\",
            "\\n",
            "%x",
            "@x",
            "`x",
            "{a",
            "[b",
            "|",
            ">",
            "a\nb",
            "a\r\nb\n",
            "\n",
            "ENC[y]",
            "%%host%%",
            "---",
            "...",
            "\ufeff",
            "\u0085",
            "\u2028x\u2029",
            "\u0000",
            "\u001b[0m",
            "\u007f",
            "\ufffe\uffff",
            "😀",
            "𝄞",
            "é"
        };
        if (random.nextBoolean()) {
            return tricky[random.nextInt(tricky.length)];
        }
        StringBuilder secret = new StringBuilder();
        int length = 1 + random.nextInt(12);
        while (secret.length() < length) {
            int limit = new int[] {0x80, 0x100, 0x3000, 0x110000}[random.nextInt(4)];
            int codePoint = random.nextInt(limit);
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                secret.appendCodePoint(codePoint);
            }
        }
        return secret.toString();
    }
}
