package io.agentsecrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;

/** What must hold of every value of a configuration. An input is the value, in UTF-8. */
@Tag("fuzz")
class HandleSyntaxFuzzTest {

    /** docs/spec.md, section 1, as one line. */
    private static final Pattern ENC = Pattern.compile("[ \t]*+ENC\\[(.*)][ \t]*", Pattern.DOTALL);

    private static final Pattern MISSPELLED = Pattern.compile("(?i:enc)[ \t]*+\\[.*", Pattern.DOTALL);
    private static final Pattern JASYPT = Pattern.compile("(?i:enc)[ \t]*+\\(.*\\)", Pattern.DOTALL);
    private static final Duration LONG = Duration.ofMinutes(1);

    /** All that may be said of a near miss. */
    private static final Set<String> PROBLEMS = Set.of(
            "this is the format of hiera-eyaml; it is sent to the backend as a handle",
            "this is the format of Jasypt, not a handle; write ENC[handle]",
            "text stands before ENC[; a handle must be the whole value: ENC[handle]",
            "text stands after the last ]; a handle must be the whole value: ENC[handle]",
            "ENC[ is not closed by ]; a value that holds ' #' or ': ' or stands in [ ] or { } must be in quotes:"
                    + " \"ENC[handle]\"",
            "the value starts with a line break; a handle must be the whole value: ENC[handle]",
            "the value ends with a line break, so it is no handle; write |- instead of | (or >- instead of >),"
                    + " or put ENC[handle] in quotes on one line",
            "a blank of another kind stands beside it; only spaces and tabs may stand around ENC[handle]",
            "a blank stands between ENC and [, so it is no handle; write ENC[handle]",
            "ENC must be in capitals to be a handle; write ENC[handle]");

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"ENC[", "]", "enc", "ENC(", ")", "ENC[PKCS7,", "^", " ", "\\x09", "\\x0a", "\\xc2\\xa0"})
    void is_what_the_specification_says(byte[] input) {
        String value = new String(input, UTF_8);

        for (HandleSyntax syntax : new HandleSyntax[] {HandleSyntax.enc(), HandleSyntax.caret()}) {
            assertThat(syntax.parse(syntax.format(new Handle(value)))).contains(new Handle(value));
            assertThat(syntax.parse(value).isEmpty() || (value.contains(syntax.prefix()) && syntax.mayOccurIn(value)))
                    .isTrue();
        }
        assertThat(HandleSyntax.enc().parse(value)).isEqualTo(specified(value));
        assertThat(HandleSyntax.caret().parse(value))
                .isEqualTo(value.startsWith("^") ? Optional.of(new Handle(value.substring(1))) : Optional.empty());
        HandleSyntax.enc()
                .parse(value)
                .ifPresent(handle ->
                        assertThat(value.strip()).isEqualTo(HandleSyntax.enc().format(handle)));
    }

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"ENC[", "]", "enc", "ENC(", ")", "ENC[PKCS7,", " ", "\\x09", "\\x0a", "\\x0d", "\\xe2\\x80\\x83"
    })
    void a_near_miss_is_no_handle_and_quotes_nothing(byte[] input) {
        String value = new String(input, UTF_8);
        String text = value.strip();

        Optional<String> problem = HandleSyntax.enc().nearMiss(value);

        problem.ifPresent(words -> assertThat(words).isIn(PROBLEMS));
        boolean suspicious = specified(value).isPresent()
                ? text.startsWith("ENC[PKCS7,")
                : text.contains("ENC[")
                        || MISSPELLED.matcher(text).matches()
                        || JASYPT.matcher(text).matches();
        assertThat(problem.isPresent()).isEqualTo(suspicious);
        assertThat(HandleSyntax.enc().mayOccurIn("k: " + value.replace(" ", "\r\n  ") + "\n") || !suspicious)
                .isTrue();
        assertThat(HandleSyntax.caret().nearMiss(value)).isEmpty();
    }

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"ENC[", "]", "enc", "ENC(", ")", " ", "\\x09", "\\x0a"})
    void takes_no_longer_than_the_value_is_long(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String part = new String(input, UTF_8);
        String value = part.repeat(1 + 1_000_000 / part.length());

        long start = System.nanoTime();
        HandleSyntax.enc().parse(value);
        HandleSyntax.enc().nearMiss(value);
        HandleSyntax.enc().mayOccurIn(value);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    private static Optional<Handle> specified(String value) {
        Matcher handle = ENC.matcher(value);
        return handle.matches() ? Optional.of(new Handle(handle.group(1))) : Optional.empty();
    }
}
