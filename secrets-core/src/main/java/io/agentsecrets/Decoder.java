package io.agentsecrets;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One way to read a text that somebody encoded. Stateless; takes time that is linear in the length of the text. */
interface Decoder {

    /** All of them. What has no fixed start is read at each alignment. */
    List<Decoder> ALL = Stream.of(
                    Stream.of(
                            new JsonEscapes(),
                            new Backslashes(),
                            new ShellQuotes(),
                            new UrlEscapes(false),
                            new UrlEscapes(true),
                            new XmlEntities(),
                            new DoubledQuotes('\''),
                            new DoubledQuotes('"')),
                    IntStream.range(0, 4).mapToObj(Base64Text::new),
                    IntStream.range(0, 2).mapToObj(HexText::new))
            .<Decoder>flatMap(decoders -> decoders)
            .toList();

    /** Returns what the text reads like when it is decoded, or null if there is nothing to decode. */
    @Nullable
    View decode(View source);

    /** Hands over a text as it is, as each decoder reads it, and as each decoder reads what another one has read. */
    static void readings(View text, Consumer<View> reader) {
        reader.accept(text);
        for (Decoder outer : ALL) {
            View once = outer.decode(text);
            if (once != null) {
                reader.accept(once);
                innerReadings(once.legible(), reader);
            }
        }
    }

    private static void innerReadings(@Nullable View once, Consumer<View> reader) {
        if (once == null) {
            return;
        }
        for (Decoder inner : ALL) {
            View twice = inner.decode(once);
            if (twice != null) {
                reader.accept(twice);
            }
        }
    }
}
