package io.agentsecrets.examples.tools;

/** The line break that editors and {@code echo} put at the end of a secret. */
public final class Lines {

    private Lines() {}

    /**
     * Takes one line break off the end.
     *
     * @param text what was read
     * @return the text without it
     */
    public static String withoutLineBreak(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
