package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every short value is read as docs/spec.md says. {@code -Dlonger=1} tries longer ones. */
class HandleSyntaxExhaustiveTest {

    private static final int LONGER = Integer.getInteger("longer", 0);

    private static final String[] LETTERS = {"E", "N", "C", "[", "]", "a", " "};

    private static final String[] PARTS = {"ENC", "enc", "[", "]", "(", ")", "a", " ", "\n"};

    private static final String[] ODD_PARTS = {
        "ENC[",
        "ENC",
        "eNc",
        "\u00c9NC",
        "[",
        "]",
        "[PKCS7,",
        "(",
        ")",
        "\t",
        "\n",
        "\r",
        "\f",
        "\u00a0",
        "\u2003",
        "\ufeff",
        "\u0085",
        "^",
        "\ud83d\udd11"
    };

    private final HandleSyntax enc = HandleSyntax.enc();
    private final HandleSyntax caret = HandleSyntax.caret();
    private int handles;
    private int nearMisses;

    @Test
    void every_text_of_up_to_seven_letters() {
        EveryText.of(LETTERS, 7 + LONGER, this::compare);
    }

    @Test
    void every_text_of_up_to_six_parts() {
        EveryText.of(PARTS, 6 + LONGER, this::compare);
    }

    @Test
    void every_text_of_up_to_four_odd_parts() {
        EveryText.of(ODD_PARTS, 4 + LONGER, this::compare);
    }

    @AfterEach
    void some_are_handles_and_some_are_nearly() {
        assertThat(handles).isGreaterThan(50);
        assertThat(nearMisses).isGreaterThan(500);
    }

    private void compare(String value) {
        Optional<Handle> handle = enc.parse(value);
        Optional<String> problem = enc.nearMiss(value);
        boolean isRight = handle.equals(SpecifiedEncSyntax.handle(value))
                && problem.isPresent() == SpecifiedEncSyntax.isSuspicious(value)
                && (problem.isEmpty() || SpecifiedEncSyntax.isTrue(problem.get(), value))
                && isReadBack(new Handle(value))
                && isFoundInText(value, handle.isPresent() || problem.isPresent())
                && isReadWithCaret(value);
        assertThat(isRight).as("'%s': %s, %s", value, handle, problem).isTrue();
        handles += handle.isPresent() ? 1 : 0;
        nearMisses += problem.isPresent() ? 1 : 0;
    }

    private boolean isReadBack(Handle handle) {
        return enc.parse(enc.format(handle)).equals(Optional.of(handle))
                && caret.parse(caret.format(handle)).equals(Optional.of(handle));
    }

    /** In a text a value may be broken at its blanks. */
    private boolean isFoundInText(String value, boolean means) {
        return !means || (enc.mayOccurIn("k: " + value) && enc.mayOccurIn("k: " + value.replace(" ", "\r\n  ") + "\n"));
    }

    private boolean isReadWithCaret(String value) {
        return value.startsWith("^")
                ? caret.parse(value).equals(Optional.of(new Handle(value.substring(1))))
                        && caret.mayOccurIn("k: " + value)
                : caret.parse(value).isEmpty() && caret.nearMiss(value).isEmpty();
    }
}
