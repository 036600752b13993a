package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static Map<String, @Nullable Object> everything() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("text", "a\"b\\c\n\u2028 zażółć \ud83d\udd11");
        all.put("numbers", List.of(1, -2L, 2.5, new BigInteger("123456789012345678901"), new BigDecimal("0.10")));
        all.put("truths", List.of(true, false));
        all.put("nothing", null);
        all.put("empty", List.of(Map.of(), List.of(), ""));
        all.put("array", new Object[] {"a", CharBuffer.wrap("b")});
        all.put("bytes", new byte[] {1, 2, 3});
        all.put("infinite", Double.POSITIVE_INFINITY);
        all.put("odd keys", Map.of(7, Map.of(true, "x")));
        return all;
    }

    private static final String EVERYTHING = "{\"text\":\"a\\\"b\\\\c\\n\u2028 zażółć \ud83d\udd11\","
            + "\"numbers\":[1,-2,2.5,123456789012345678901,0.10],\"truths\":[true,false],\"nothing\":null,"
            + "\"empty\":[{},[],\"\"],\"array\":[\"a\",\"b\"],\"bytes\":\"AQID\",\"infinite\":\"Infinity\","
            + "\"odd keys\":{\"7\":{\"true\":\"x\"}}}";

    @Test
    void maps_lists_and_scalars_are_written() {
        assertThat(Json.of(everything())).isEqualTo(EVERYTHING);
    }

    @Test
    void maps_lists_and_scalars_are_read() throws IOException {
        Map<String, @Nullable Object> read = new LinkedHashMap<>(everything());
        read.put("numbers", List.of(1, -2, 2.5, new BigInteger("123456789012345678901"), 0.1));
        read.put("array", List.of("a", "b"));
        read.put("bytes", "AQID");
        read.put("infinite", "Infinity");
        read.put("odd keys", Map.of("7", Map.of("true", "x")));

        assertThat(Json.read(EVERYTHING)).isEqualTo(read);
        assertThat(Json.read(" 7 ")).isEqualTo(7);
        assertThat(Json.read("null")).isNull();
    }

    static Stream<Object> no_json() {
        return Stream.of(new Object(), Optional.of("x"), Duration.ZERO, new int[] {1}, 'c');
    }

    @ParameterizedTest
    @MethodSource("no_json")
    void nothing_else_is_written(Object value) {
        assertThatThrownBy(() -> Json.of(Map.of("a", Arrays.asList(null, value))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_contains_itself_is_not_written() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("self", List.of(map));

        assertThatThrownBy(() -> Json.of(map)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,]", "[1] 2", "{\"a\"}", "{'a':1}", "nul", "01", "[NaN]"})
    void text_that_is_no_json_is_refused(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(IOException.class);
    }

    @Test
    void numbers_that_take_long_to_convert_and_deep_nesting_are_refused() {
        assertThatThrownBy(() -> Json.read("9".repeat(1001))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Json.read("[".repeat(101) + "]".repeat(101))).isInstanceOf(IOException.class);
    }

    @Test
    void names_may_be_long() throws IOException {
        String name = "x".repeat(1_000_000);

        assertThat(Json.read("{\"" + name + "\":1}")).isEqualTo(Map.of(name, 1));
    }

    @Test
    void half_a_surrogate_pair_is_not_encoded() throws IOException {
        assertThat(JsonText.utf8("\ud83d\udd11")).isEqualTo("\ud83d\udd11".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> JsonText.utf8("\ud83d")).isInstanceOf(CharacterCodingException.class);
        assertThatThrownBy(() -> JsonText.utf8("?\udd11?")).isInstanceOf(CharacterCodingException.class);
    }

    /** All sequences of up to four bytes at the limits of what UTF-8 allows. */
    @Test
    void bytes_are_read_as_the_strict_decoder_of_java_reads_them() {
        int[] limits = {
            0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbd, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
            0xff
        };
        List<String> differences = new ArrayList<>();
        for (int length = 1; length <= 4; length++) {
            for (int i = 0; i < Math.pow(limits.length, length); i++) {
                byte[] bytes = new byte[length];
                for (int at = 0, rest = i; at < length; at++, rest /= limits.length) {
                    bytes[at] = (byte) limits[rest % limits.length];
                }
                if (!read(bytes, JsonText::text).equals(read(bytes, JsonTest::strictly))) {
                    differences.add(HexFormat.of().formatHex(bytes));
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private interface Decoder {

        CharSequence text(byte[] bytes) throws CharacterCodingException;
    }

    private static String read(byte[] bytes, Decoder decoder) {
        try {
            return "read " + decoder.text(bytes);
        } catch (CharacterCodingException e) {
            return "refused";
        }
    }

    private static CharSequence strictly(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    }
}
