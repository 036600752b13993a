package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random secrets in random texts, encoded once or twice. A masked text must say nothing of its secret, so it has to be the
 * same for another secret whose encodings are as long: the same characters in the opposite order.
 */
class RedactorPropertyTest {

    private static final int CASES = Integer.getInteger("redactor.cases", 1_000);

    /** More characters than the encoders make of one that the end of the text cut in two. */
    private static final int HALF_A_CHARACTER = 30;

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String[] SIGNS =
            "! \" # $ % & ' ( ) * + , - . / : ; < = > ? @ [ \\ ] ^ _ ` { | } ~ ä € 🔑 \t \n".split("(?<!^) ", -1);
    private static final String EDGES = "ghijxyzGHIJXYZ =:,{}/-_";
    private static final String AROUND = LETTERS + "  ==::,,{}/-_\n";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_masked_text_says_nothing_of_its_secret(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Case given = Case.random(random);

            String masked = given.redactor(given.secret()).redact(given.text(given.secret()));
            String other = given.redactor(given.opposite()).redact(given.text(given.opposite()));

            assertThat(masked).as("%s", given).contains(SecretValue.MASK).isEqualTo(other);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void a_text_that_was_cut_in_a_secret_ends_with_a_mask(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Case given = Case.random(random);
            String text = given.text(given.secret());
            String otherText = given.text(given.opposite());
            int start = commonStart(text, otherText);
            int end = text.length() - commonStart(reversed(text), reversed(otherText));
            int cut = start + random.nextInt(end - start + 1);

            String masked = given.redactor(given.secret()).redactTruncated(text.substring(0, cut));

            if (cut - start > HALF_A_CHARACTER) {
                assertThat(masked).as("%s", given).endsWith(SecretValue.MASK);
                assertThat(text.substring(0, start)).as("%s", given).startsWith(masked.replaceAll("[*]+$", ""));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void a_text_without_a_secret_stays_the_same_object(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Case given = Case.random(random);
            String text = given.text(given.secret());

            assertThat(given.redactor(randomSecret(random)).redact(text))
                    .as("%s", given)
                    .isSameAs(text);
        }
    }

    private static int commonStart(String one, String other) {
        int i = 0;
        while (i < one.length() && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    /** Starts and ends with a letter, so that no sign around it can be taken for one of its own. */
    private static String randomSecret(Random random) {
        StringBuilder secret = new StringBuilder().append(letter(random));
        int length = 4 + random.nextInt(random.nextInt(10) == 0 ? 150 : 25);
        while (secret.length() < length) {
            secret.append(random.nextInt(4) == 0 ? SIGNS[random.nextInt(SIGNS.length)] : letter(random));
        }
        return secret.append(letter(random)).append(letter(random)).toString();
    }

    private static String letter(Random random) {
        return String.valueOf(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }

    /** Starts and ends with what is no hexadecimal digit: of three equal ones the first two read like the last two. */
    private static String surroundings(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(20); length > 0; length--) {
            text.append(AROUND.charAt(random.nextInt(AROUND.length())));
        }
        char edge = EDGES.charAt(random.nextInt(EDGES.length()));
        return edge + text.toString() + edge;
    }

    private record Case(String secret, List<String> around, List<String> encoders, List<String> others) {

        static Case random(Random random) {
            List<String> around = new ArrayList<>();
            List<String> others = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                around.add(surroundings(random));
                others.add(randomSecret(random));
            }
            String inner = Encoders.NAMES.get(random.nextInt(Encoders.NAMES.size()));
            String outer = Encoders.NAMES.get(random.nextInt(Encoders.NAMES.size()));
            return new Case(randomSecret(random), around, List.of(inner, outer), others);
        }

        String opposite() {
            return reversed(secret);
        }

        String text(String secret) {
            String text = around.get(0) + secret + around.get(1);
            for (int i = 0; i < encoders.size(); i++) {
                String encoded = Encoders.ALL.get(encoders.get(i)).apply(text);
                text = around.get(2 * i + 2) + encoded + around.get(2 * i + 3);
            }
            return text;
        }

        Redactor redactor(String secret) {
            List<SecretValue> secrets = new ArrayList<>();
            others.forEach(other -> secrets.add(SecretValue.of(other)));
            secrets.add(SecretValue.of(secret));
            return Redactor.of(secrets);
        }
    }
}
