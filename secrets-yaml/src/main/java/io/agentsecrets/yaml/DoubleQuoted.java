package io.agentsecrets.yaml;

/**
 * Writes a string as a double-quoted scalar that every YAML 1.1, YAML 1.2 and JSON parser reads alike.
 *
 * <p>Only escapes that these three share are used: YAML has no surrogate pairs and JSON has neither {@code \x} nor
 * {@code \U}, so characters beyond the basic plane are written as they are, and everything else that is not printable ASCII
 * is written as {@code \}{@code uXXXX}, which also survives a reader with the wrong encoding.
 */
final class DoubleQuoted {

    private static final String HEX = "0123456789abcdef";

    private DoubleQuoted() {}

    static void append(String text, StringBuilder out) {
        out.append('"');
        if (standsForItself(text)) {
            out.append(text);
        } else {
            appendEscaped(text, out);
        }
        out.append('"');
    }

    private static void appendEscaped(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> appendOther(c, out);
            }
        }
    }

    /** Returns the length of what {@link #append} writes. */
    static long length(String text) {
        return standsForItself(text) ? text.length() + 2L : lengthWithEscapes(text);
    }

    private static long lengthWithEscapes(String text) {
        long length = 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            length += switch (c) {
                case '"', '\\', '\n', '\r', '\t' -> 2;
                default -> standsForItself(c) ? 1 : 6;
            };
        }
        return length;
    }

    /** Whether no character has to be escaped, as in most secrets. */
    private static boolean standsForItself(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || !standsForItself(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean standsForItself(char c) {
        return (c >= ' ' && c < 0x7f) || Character.isSurrogate(c);
    }

    private static void appendOther(char c, StringBuilder out) {
        if (standsForItself(c)) {
            out.append(c);
            return;
        }
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >> shift & 0xf));
        }
    }
}
