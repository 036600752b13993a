package io.agentsecrets;

/**
 * Decodes URL-encoding such as {@code %C3%A4}, whichever characters were encoded; in HTML forms a plus sign stands for a
 * blank.
 */
final class UrlEscapes extends EscapeDecoder {

    UrlEscapes(boolean plusIsBlank) {
        super(plusIsBlank ? "+%" : "%", "%C3".length());
    }

    @Override
    int read(MappedText source, int at, Decoding out) {
        if (source.at(at) == '+') {
            out.put(' ', at, at + 1);
            return 1;
        }
        int value = HexDigits.read(source, at + 1, 2);
        if (value < 0) {
            return 0;
        }
        out.putByte(value, at, at + 3);
        return 3;
    }
}
