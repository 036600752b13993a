package io.agentsecrets;

import java.util.Optional;

/** The syntax {@code ENC[handle]}, with its near misses: what people write when they mean it. */
final class EncSyntax implements HandleSyntax {

    static final EncSyntax INSTANCE = new EncSyntax();

    private static final String OPEN = "ENC[";
    private static final String NAME = "ENC";
    private static final String WHOLE_VALUE = "; a handle must be the whole value: ENC[handle]";

    @Override
    public Optional<Handle> parse(String value) {
        int start = start(value);
        int end = end(value);
        return isHandle(value, start, end)
                ? Optional.of(new Handle(value.substring(start + OPEN.length(), end - 1)))
                : Optional.empty();
    }

    private static boolean isHandle(String value) {
        return isHandle(value, start(value), end(value));
    }

    private static boolean isHandle(String value, int start, int end) {
        return value.startsWith(OPEN, start) && end > start + OPEN.length() && value.charAt(end - 1) == ']';
    }

    /** Returns the index of the first character that is not blank. */
    private static int start(String value) {
        int start = 0;
        while (start < value.length() && isBlank(value.charAt(start))) {
            start++;
        }
        return start;
    }

    /** Returns the index after the last character that is not blank. */
    private static int end(String value) {
        int end = value.length();
        while (end > 0 && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    @Override
    public String format(Handle handle) {
        return OPEN + handle.name() + "]";
    }

    @Override
    public String prefix() {
        return OPEN;
    }

    @Override
    public Optional<String> nearMiss(String value) {
        if (value.indexOf('[') < 0 && value.indexOf('(') < 0) {
            return Optional.empty(); // nearly every value of a configuration ends here
        }
        String text = value.strip();
        if (isHandle(value)) {
            return text.startsWith("ENC[PKCS7,")
                    ? Optional.of("this is the format of hiera-eyaml; it is sent to the backend as a handle")
                    : Optional.empty();
        }
        return text.contains(OPEN) ? Optional.of(misplaced(value, text)) : misspelled(text);
    }

    private String misplaced(String value, String text) {
        if (!text.startsWith(OPEN)) {
            return "text stands before ENC[" + WHOLE_VALUE;
        }
        if (isHandle(text)) {
            return blankAround(value);
        }
        return text.indexOf(']') < 0
                ? "ENC[ is not closed by ]; a value that holds ' #' or ': ' or stands in [ ] or { } must be in quotes:"
                        + " \"ENC[handle]\""
                : "text stands after the last ]" + WHOLE_VALUE;
    }

    private static String blankAround(String value) {
        if (value.startsWith("\n") || value.startsWith("\r")) {
            return "the value starts with a line break" + WHOLE_VALUE;
        }
        return value.endsWith("\n") || value.endsWith("\r")
                ? "the value ends with a line break, so it is no handle;"
                        + " write |- instead of | (or >- instead of >), or put ENC[handle] in quotes on one line"
                : "a blank of another kind stands beside it; only spaces and tabs may stand around ENC[handle]";
    }

    private static Optional<String> misspelled(String text) {
        if (!text.regionMatches(true, 0, NAME, 0, NAME.length())) {
            return Optional.empty();
        }
        int bracket = NAME.length();
        while (bracket < text.length() && isBlank(text.charAt(bracket))) {
            bracket++;
        }
        if (text.startsWith("(", bracket) && text.endsWith(")")) {
            return Optional.of("this is the format of Jasypt, not a handle; write ENC[handle]");
        }
        if (!text.startsWith("[", bracket)) {
            return Optional.empty();
        }
        return Optional.of(
                bracket > NAME.length()
                        ? "a blank stands between ENC and [, so it is no handle; write ENC[handle]"
                        : "ENC must be in capitals to be a handle; write ENC[handle]");
    }

    @Override
    public boolean mayOccurIn(String text) {
        return isNamedBefore('[', text) || isNamedBefore('(', text);
    }

    /** Tells whether ENC, in capitals or not, stands before such a bracket, perhaps with blanks or line breaks between. */
    private static boolean isNamedBefore(char bracket, String text) {
        for (int found = text.indexOf(bracket); found >= 0; found = text.indexOf(bracket, found + 1)) {
            int end = found;
            while (end > 0 && text.charAt(end - 1) <= ' ') {
                end--;
            }
            // nearly every bracket ends at the first of these
            if (end > 0
                    && Character.toUpperCase(text.charAt(end - 1)) == 'C'
                    && text.regionMatches(true, end - NAME.length(), NAME, 0, NAME.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
