package io.agentsecrets;

/** Decodes the escapes of a shell: a backslash, and a character that stands for itself. */
final class Backslashes extends EscapeDecoder {

    Backslashes() {
        super("\\", 2);
    }

    @Override
    int read(MappedText source, int at, Decoding out) {
        if (at + 1 == source.length()) {
            return 0;
        }
        out.put(source.at(at + 1), at, at + 2);
        return 2;
    }
}
