package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the refresher does with times that somebody else chose. As a value is renewed no more often than every five seconds,
 * all that has to be waited for is begun before the tests and goes on side by side.
 */
class RefresherFaultsTest {

    /** Five seconds, less what two clocks may differ. */
    private static final Duration FLOOR = Duration.ofMillis(4900);

    private static final long PATIENCE = 120;

    private static final Renewed AT_ONCE = new Renewed(Duration.ofNanos(1), false);
    private static final Renewed SOON = new Renewed(Duration.ofMillis(10), false);
    private static final Renewed FAILING = new Renewed(Duration.ofMillis(10), true);
    private static final Renewed STARVED = new Renewed(Duration.ofMillis(100), true);
    private static final Renewed SECOND = new Renewed(Duration.ofMillis(10), false);
    private static final AtomicBoolean ENOUGH = new AtomicBoolean();

    /** A resolver of one short-lived value, whose refresher has something to do. Its second answer may be a failure. */
    private static final class Renewed implements SecretBackend {

        private final Duration timeToLive;
        private final boolean fails;
        private final List<Long> times = new CopyOnWriteArrayList<>();
        private final CountDownLatch twice = new CountDownLatch(2);
        private final CountDownLatch thrice = new CountDownLatch(3);
        private final SecretResolver resolver = SecretResolver.builder(this).build();
        private @Nullable Refresher refresher;

        Renewed(Duration timeToLive, boolean fails) {
            this.timeToLive = timeToLive;
            this.fails = fails;
        }

        void start() {
            refresher = Refresher.start(resolver, Duration.ZERO);
            resolve();
        }

        void resolve() {
            resolver.resolve("a", List.of("ENC[u]"));
        }

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            if (!handles.contains(new Handle("u"))) {
                return Map.of();
            }
            times.add(System.nanoTime());
            twice.countDown();
            thrice.countDown();
            if (fails && times.size() == 2) {
                throw new BackendException(FailureKind.TIMEOUT, "too slow");
            }
            return Map.of(new Handle("u"), new FetchResult.Found(SecretValue.of("u1"), timeToLive));
        }

        Duration untilRenewal() {
            return Duration.ofNanos(times.get(1) - times.get(0));
        }
    }

    @BeforeAll
    static void begin() {
        AT_ONCE.start();
        SOON.start();
        FAILING.start();
        STARVED.start();
        Thread busy = new Thread(RefresherFaultsTest::askForOtherThings);
        busy.setDaemon(true);
        busy.start();
        Refresher first = Refresher.start(SECOND.resolver, Duration.ZERO);
        SECOND.refresher = Refresher.start(SECOND.resolver, Duration.ZERO);
        first.close();
        SECOND.resolve();
    }

    /** Other sources of the same agent resolve all the time, far more often than the refresher's first pause. */
    private static void askForOtherThings() {
        while (!ENOUGH.get()) {
            STARVED.resolver.resolveAll(Map.of("busy", List.of("ENC[missing]")));
            LockSupport.parkNanos(1_000_000);
        }
    }

    @AfterAll
    static void end() {
        ENOUGH.set(true);
        for (Renewed renewed : List.of(AT_ONCE, SOON, FAILING, STARVED, SECOND)) {
            renewed.refresher.close();
        }
    }

    @Test
    void fault_5_a_time_to_live_of_nearly_nothing_renews_no_more_often_than_every_five_seconds() throws Exception {
        for (Renewed renewed : List.of(AT_ONCE, SOON, FAILING)) {
            assertThat(renewed.twice.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
            assertThat(renewed.untilRenewal()).isGreaterThan(FLOOR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT2562047788015215H"})
    void fault_5_a_time_to_live_of_nothing_or_of_ages_is_no_limit(Duration timeToLive) {
        FakeBackend backend = new FakeBackend().put("u", "u1", timeToLive);
        AtomicLong now = new AtomicLong();
        SecretResolver resolver =
                SecretResolver.builder(backend).ticker(now::get).build();
        resolver.resolve("a", List.of("ENC[u]"));

        now.addAndGet(Duration.ofDays(3650).toNanos());
        resolver.resolve("a", List.of("ENC[u]"));

        assertThat(backend.callCount()).isEqualTo(1);
        assertThat(resolver.report().secrets())
                .extracting(SecretsReport.Secret::state)
                .containsExactly(SecretsReport.State.FRESH);
    }

    @Test
    void fault_5_no_limit_in_a_reply_leaves_the_limit_of_the_resolver() {
        FakeBackend backend = new FakeBackend().put("u", "u1", Duration.ZERO);
        AtomicLong now = new AtomicLong();
        SecretResolver resolver = SecretResolver.builder(backend)
                .ticker(now::get)
                .timeToLive(Duration.ofSeconds(10))
                .build();
        resolver.resolve("a", List.of("ENC[u]"));
        resolver.resolve("a", List.of("ENC[u]"));
        assertThat(backend.callCount()).isEqualTo(1);

        now.addAndGet(Duration.ofSeconds(10).toNanos());
        resolver.resolve("a", List.of("ENC[u]"));

        assertThat(backend.callCount()).isEqualTo(2);
    }

    @Test
    void fault_9_a_renewal_that_failed_is_tried_again_however_often_others_ask() throws Exception {
        assertThat(STARVED.thrice.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void fault_10_closing_the_first_of_two_refreshers_leaves_the_second_one_at_work() throws Exception {
        assertThat(SECOND.twice.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }
}
