package io.agentsecrets;

/** Decodes apostrophes in text between a shell's single quotes, which end before each apostrophe and start again after it. */
final class ShellQuotes extends EscapeDecoder {

    private static final String BY_BACKSLASH = "'\\''";
    private static final String BY_QUOTES = "'\"'\"'";

    ShellQuotes() {
        super("'", BY_QUOTES.length());
    }

    @Override
    int read(MappedText source, int at, Decoding out) {
        for (String apostrophe : new String[] {BY_BACKSLASH, BY_QUOTES}) {
            if (source.holds(apostrophe, at)) {
                out.put('\'', at, at + apostrophe.length());
                return apostrophe.length();
            }
        }
        return 0;
    }
}
