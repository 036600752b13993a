package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownSecretsTest {

    private final KnownSecrets known = new KnownSecrets();

    @Test
    void its_redactor_masks_what_is_known_at_the_time_of_each_call() {
        Redactor redactor = known.redactor();
        assertThat(redactor.redact("hunter2")).isEqualTo("hunter2");

        known.add(SecretValue.of("hunter2"));
        assertThat(redactor.redact("hunter2")).isEqualTo("********");

        known.remove(SecretValue.of("hunter2"));
        assertThat(redactor.redact("hunter2")).isEqualTo("hunter2");
        assertThat(known.redactor()).isSameAs(redactor);
    }

    @Test
    void a_secret_is_known_until_it_was_removed_as_often_as_it_was_added() {
        known.add(SecretValue.of("hunter2"));
        known.add(SecretValue.of("hunter2"));
        assertThat(known.size()).isEqualTo(1);

        known.remove(SecretValue.of("hunter2"));
        assertThat(known.redactor().redact("hunter2")).isEqualTo("********");

        known.remove(SecretValue.of("hunter2"));
        known.remove(SecretValue.of("hunter2"));
        assertThat(known.size()).isZero();
    }

    @Test
    void what_two_secrets_have_in_common_stays_known_when_one_goes() {
        known.add(SecretValue.of("-----BEGIN KEY-----\nMIIBVgIBADANBgkq"));
        known.add(SecretValue.of("-----BEGIN KEY-----\nhkiG9w0BAQEFAASC"));
        known.add(SecretValue.of(" hunter2 "));
        known.add(SecretValue.of("hunter2"));

        known.remove(SecretValue.of("-----BEGIN KEY-----\nMIIBVgIBADANBgkq"));
        known.remove(SecretValue.of(" hunter2 "));

        assertThat(known.redactor().redact("-----BEGIN KEY-----, MIIBVgIBADANBgkq, hkiG9w0BAQEFAASC, hunter2"))
                .isEqualTo("********, MIIBVgIBADANBgkq, ********, ********");
    }

    @Test
    void empty_and_unknown_secrets_are_passed_over() {
        known.add(SecretValue.of(""));
        known.remove(SecretValue.of("never added"));
        known.remove(SecretValue.of(""));

        assertThat(known.size()).isZero();
        assertThat(known.redactor().redact("never added")).isEqualTo("never added");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void knows_after_any_changes_what_a_redactor_of_the_remaining_secrets_knows(long seed) {
        Random random = new Random(seed);
        List<SecretValue> remaining = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            SecretValue secret = SecretValue.of(randomText(random, 1 + random.nextInt(8)));
            if (random.nextInt(5) < 3) {
                known.add(secret);
                remaining.add(secret);
            } else if (!remaining.isEmpty()) {
                known.remove(remaining.remove(random.nextInt(remaining.size())));
            }
            if (i % 40 == 0) {
                String text = randomText(random, 200);
                assertThat(known.redactor().redact(text))
                        .isEqualTo(Redactor.of(remaining).redact(text));
            }
        }
        remaining.forEach(known::remove);

        assertThat(known.size()).isZero();
        assertThat(known.index().isEmpty()).isTrue();
        assertThat(known.index().shortForms()).isZero();
    }

    private static String randomText(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("aab \n-".charAt(random.nextInt(6)));
        }
        return text.toString();
    }

    @Test
    void a_secret_in_use_is_masked_at_each_moment_while_others_come_and_go() throws Exception {
        known.add(SecretValue.of("hunter2"));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<?> one = threads.submit(() -> change("hunter", done));
            Future<?> other = threads.submit(() -> change("hunter2", done));
            for (int i = 0; i < 5_000; i++) {
                assertThat(known.redactor().redact("<hunter2>")).isEqualTo("<********>");
            }
            done.set(true);
            one.get();
            other.get();
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
        assertThat(known.size()).isEqualTo(1);
    }

    private void change(String start, AtomicBoolean done) {
        for (int i = 0; !done.get(); i = (i + 1) % 500) {
            known.add(SecretValue.of(start + i));
            known.add(SecretValue.of("hunter2"));
            known.remove(SecretValue.of("hunter2"));
            known.remove(SecretValue.of(start + i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"could not log in as agent: hunter2 was refused", "a secret_ and another secret_1 there"})
    void a_search_compares_no_more_beside_many_secrets_than_beside_few(String text) {
        long few = stepsBeside(100, text);
        long many = stepsBeside(20_000, text);

        assertThat(many).isLessThanOrEqualTo(few + 20L * text.length());
    }

    private static long stepsBeside(int secrets, String text) {
        KnownSecrets known = new KnownSecrets();
        for (int i = 0; i < secrets; i++) {
            known.add(SecretValue.of("secret_" + i));
            known.add(SecretValue.of(Integer.toString(i, 36) + "_secret"));
        }
        return steps(known, text);
    }

    private static long steps(KnownSecrets known, String text) {
        Search search = new Search(known.index(), true);
        Decoder.readings(MappedText.plain(text, true), search::in);
        return search.steps();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "aaaa\\\"%41&#97;''", "6161 ", "YWFh"})
    void a_search_compares_in_proportion_to_the_length_of_the_nastiest_text(String unit) {
        for (int length = 4; length < 400; length++) {
            known.add(SecretValue.of("a".repeat(length)));
            known.add(SecretValue.of("ab".repeat(length)));
        }
        known.add(SecretValue.of("a".repeat(20_000)));
        String text = unit.repeat(4_000 / unit.length());

        long once = steps(known, text);
        long fourTimes = steps(known, text.repeat(4));

        assertThat(once).isGreaterThan(text.length());
        assertThat(fourTimes).isLessThan(5 * once);
    }

    @Test
    void secrets_that_come_and_go_while_nobody_masks_anything_leave_nothing_behind() {
        KnownSecrets known = new KnownSecrets();
        SecretValue last = SecretValue.of("generation 0");
        known.add(last);
        for (int i = 1; i < 1000; i++) {
            SecretValue next = SecretValue.of("generation " + i);
            known.add(next);
            known.remove(last);
            last = next;
        }

        assertThat(known.pending()).isEqualTo(1);
        assertThat(known.redactor().redact("generation 998, generation 999")).isEqualTo("generation 998, ********");
        assertThat(known.pending()).isZero();
    }
}
