package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownRedactorsTest {

    private final KnownRedactors known = new KnownRedactors();

    @Test
    void all_resolvers_that_live_are_asked() {
        List<Redactor> redactors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            redactors.add(redactorOf("s3cret" + (char) ('a' + i)));
        }
        redactors.forEach(known::add);

        assertThat(known.with(replyWith("ownS3cret")).redact("s3creta s3cretj s3crett ownS3cret other"))
                .isEqualTo("******** ******** ******** ******** other");
        assertThat(redactors).hasSize(20);
    }

    @Test
    void what_nobody_else_holds_is_not_kept_for_ever() {
        WeakReference<Redactor> first = addOneThatNobodyHolds();
        for (int i = 0; i < 8; i++) {
            known.add(redactorOf("s3cret" + i));
        }

        Conditions.await("the first redactor is let go of", () -> {
            System.gc();
            return first.refersTo(null);
        });
    }

    @Test
    void a_secret_that_the_end_cuts_is_masked_by_whoever_knows_it() {
        known.add(redactorOf("hunter22hunter22"));

        assertThat(known.with(replyWith("0therS3cret")).redactTruncated("0therS3cret hunter22hu"))
                .isEqualTo("******** ********");
    }

    private WeakReference<Redactor> addOneThatNobodyHolds() {
        Redactor redactor = redactorOf("s3cret");
        known.add(redactor);
        return new WeakReference<>(redactor);
    }

    private static Reply replyWith(String secret) {
        Reply reply = new Reply(Set.of());
        reply.mask(SecretValue.of(secret));
        return reply;
    }

    private static Redactor redactorOf(String secret) {
        return Redactor.of(List.of(SecretValue.of(secret)));
    }
}
