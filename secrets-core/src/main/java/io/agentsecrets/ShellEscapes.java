package io.agentsecrets;

/**
 * The escapes of a POSIX shell: a backslash before any character, and an apostrophe within single quotes, for which the
 * quotes are left and entered again.
 */
final class ShellEscapes extends EscapeDecoder {

    private static final String BY_BACKSLASH = "'\\''";
    private static final String BY_QUOTES = "'\"'\"'";

    ShellEscapes() {
        super("\\'", BY_QUOTES.length());
    }

    @Override
    int read(View source, int at, Decoding out) {
        if (source.at(at) == '\'') {
            int length = apostrophe(source, at);
            if (length > 0) {
                out.put('\'', at, at + length);
            }
            return length;
        }
        if (at + 1 == source.length()) {
            return 0;
        }
        out.put(source.at(at + 1), at, at + 2);
        return 2;
    }

    private static int apostrophe(View source, int at) {
        if (follows(source, at, BY_BACKSLASH)) {
            return BY_BACKSLASH.length();
        }
        return follows(source, at, BY_QUOTES) ? BY_QUOTES.length() : 0;
    }
}
