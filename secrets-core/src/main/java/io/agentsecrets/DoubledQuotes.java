package io.agentsecrets;

/** Decodes quotes that are doubled within quotes, as in SQL, CSV, YAML and batch files. */
final class DoubledQuotes extends EscapeDecoder {

    private final char quote;

    DoubledQuotes(char quote) {
        super(String.valueOf(quote), 2);
        this.quote = quote;
    }

    @Override
    int read(MappedText source, int at, Decoding out) {
        if (at + 1 == source.length() || source.at(at + 1) != quote) {
            return 0;
        }
        out.put(quote, at, at + 2);
        return 2;
    }
}
