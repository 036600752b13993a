package io.agentsecrets;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A way to read encoded text. Stateless; its time is linear in the length of the text. */
interface Decoder {

    /** All decoders. Base64 and hexadecimal digits have no fixed start, so there is one decoder for each alignment. */
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
    MappedText decode(MappedText source);

    /** Shows a text to a reader: as it is, as each decoder reads it, and as each decoder reads that result. */
    static void readings(MappedText text, Consumer<MappedText> reader) {
        reader.accept(text);
        for (Decoder outer : ALL) {
            MappedText once = outer.decode(text);
            if (once != null) {
                reader.accept(once);
                innerReadings(once.legible(), reader);
            }
        }
    }

    private static void innerReadings(@Nullable MappedText once, Consumer<MappedText> reader) {
        if (once == null) {
            return;
        }
        for (Decoder inner : ALL) {
            MappedText twice = inner.decode(once);
            if (twice != null) {
                reader.accept(twice);
            }
        }
    }
}
