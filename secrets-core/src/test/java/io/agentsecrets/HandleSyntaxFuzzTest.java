package io.agentsecrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** What must hold of every value of a configuration. An input is the value, in UTF-8. */
@Tag("fuzz")
class HandleSyntaxFuzzTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"ENC[", "]", "enc", "ENC(", ")", "ENC[PKCS7,", "^", " ", "\\x09", "\\x0a", "\\xc2\\xa0"})
    void is_what_the_specification_says(byte[] input) {
        String value = new String(input, UTF_8);

        for (HandleSyntax syntax : new HandleSyntax[] {HandleSyntax.enc(), HandleSyntax.caret()}) {
            assertThat(syntax.parse(syntax.format(new Handle(value)))).contains(new Handle(value));
            assertThat(syntax.parse(value).isEmpty() || (value.contains(syntax.prefix()) && syntax.mayOccurIn(value)))
                    .isTrue();
        }
        assertThat(HandleSyntax.enc().parse(value)).isEqualTo(SpecifiedEncSyntax.handle(value));
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
        boolean isSuspicious = SpecifiedEncSyntax.isSuspicious(value);

        Optional<String> problem = HandleSyntax.enc().nearMiss(value);

        assertThat(problem.isPresent()).isEqualTo(isSuspicious);
        assertThat(problem.isEmpty() || SpecifiedEncSyntax.isTrue(problem.get(), value))
                .isTrue();
        assertThat(HandleSyntax.enc().mayOccurIn("k: " + value.replace(" ", "\r\n  ") + "\n") || !isSuspicious)
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
}
