package io.agentsecrets.exec;

/**
 * Characters that could break or forge a line. Text is to be masked before they are taken out, as a secret may hold some,
 * and once more after, as they may stand inside a secret: what a Windows program prints in UTF-16 has a NUL beside each letter.
 */
final class ControlCharacters {

    private ControlCharacters() {}

    /** Returns the text without control characters but for those of {@code kept}. */
    static String takenOut(String text, String kept) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().filter(c -> kept.indexOf(c) >= 0 || !isControl(c)).forEach(shown::appendCodePoint);
        return shown.toString();
    }

    private static boolean isControl(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
