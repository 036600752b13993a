package io.agentsecrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Ways in which programs write a text, by name. */
final class Encoders {

    static final Map<String, UnaryOperator<String>> ALL = Map.ofEntries(
            Map.entry("json", text -> json(text, c -> c < ' ')),
            Map.entry("json in ASCII", text -> json(text, c -> c < ' ' || c > '~')),
            Map.entry("json for HTML", text -> json(text, c -> c < ' ' || "<>&'=+".indexOf(c) >= 0)),
            Map.entry("json of PHP", text -> json(text, c -> c < ' ').replace("/", "\\/")),
            Map.entry("url of forms", text -> URLEncoder.encode(text, UTF_8)),
            Map.entry("url", text -> URLEncoder.encode(text, UTF_8).replace("+", "%20")),
            Map.entry("url of bytes", text -> "%" + HexFormat.ofDelimiter("%").formatHex(text.getBytes(UTF_8))),
            Map.entry("base64", text -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8))),
            Map.entry(
                    "base64url", text -> Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8))),
            Map.entry("base64 of MIME", text -> Base64.getMimeEncoder().encodeToString(text.getBytes(UTF_8))),
            Map.entry(
                    "base64 in YAML",
                    text -> Base64.getMimeEncoder(20, "\n    ".getBytes(UTF_8)).encodeToString(text.getBytes(UTF_8))),
            Map.entry("base64 in one line", text -> OneLine.of(ofMime(text))),
            Map.entry("hex", text -> HexFormat.of().formatHex(text.getBytes(UTF_8))),
            Map.entry("large hex", text -> HexFormat.of().withUpperCase().formatHex(text.getBytes(UTF_8))),
            Map.entry("hex with colons", text -> HexFormat.ofDelimiter(":").formatHex(text.getBytes(UTF_8))),
            Map.entry("hex with blanks", text -> HexFormat.ofDelimiter(" ").formatHex(text.getBytes(UTF_8))),
            Map.entry("hex of C", text -> "\\x" + HexFormat.ofDelimiter("\\x").formatHex(text.getBytes(UTF_8))),
            Map.entry(
                    "hex of Java", text -> "0x" + HexFormat.ofDelimiter(", 0x").formatHex(text.getBytes(UTF_8))),
            Map.entry("xml", text -> byCharacter(text, Encoders::xml)),
            Map.entry("html by numbers", text -> byCharacter(text, c -> isPlain(c) ? same(c) : "&#" + c + ";")),
            Map.entry("html by hex", text -> byCharacter(text, c -> isPlain(c) ? same(c) : String.format("&#x%X;", c))),
            Map.entry("shell", text -> text.replace("'", "'\\''")),
            Map.entry("shell of Python", text -> text.replace("'", "'\"'\"'")),
            Map.entry("shell with backslashes", text -> byCharacter(text, c -> isPlain(c) ? same(c) : "\\" + same(c))),
            Map.entry("sql", text -> text.replace("'", "''")),
            Map.entry("csv", text -> text.replace("\"", "\"\"")),
            Map.entry("nothing", text -> text));

    static final List<String> NAMES = ALL.keySet().stream().sorted().toList();

    private Encoders() {}

    private static String ofMime(String text) {
        return Base64.getMimeEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String json(String text, IntPredicate byNumber) {
        return text.chars()
                .mapToObj(c -> switch (c) {
                    case '"' -> "\\\"";
                    case '\\' -> "\\\\";
                    case '\n' -> "\\n";
                    case '\t' -> "\\t";
                    default -> byNumber.test(c) ? String.format("\\u%04x", c) : String.valueOf((char) c);
                })
                .collect(Collectors.joining());
    }

    private static String xml(int c) {
        return switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            case 'ä' -> "&auml;";
            default -> same(c);
        };
    }

    private static boolean isPlain(int c) {
        return c == ' ' || (c < 128 && Character.isLetterOrDigit(c));
    }

    private static String same(int codePoint) {
        return Character.toString(codePoint);
    }

    private static String byCharacter(String text, java.util.function.IntFunction<String> encoder) {
        return text.codePoints().mapToObj(encoder).collect(Collectors.joining());
    }
}
