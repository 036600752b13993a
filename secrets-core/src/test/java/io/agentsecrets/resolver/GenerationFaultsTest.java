package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A user name and a password that rotate together, and the ways in which one of them could be read without the other. */
class GenerationFaultsTest {

    private static final Map<String, String> POSTGRES = Map.of("user", "ENC[u]", "password", "ENC[p]");
    private static final Map<String, String> FIRST = Map.of("user", "u1", "password", "p1");
    private static final Map<String, String> SECOND = Map.of("user", "u2", "password", "p2");

    private final FakeBackend store = new FakeBackend().put("u", "u1").put("p", "p1");
    private final AtomicLong now = new AtomicLong();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private SecretResolver.Builder builder(SecretBackend backend) {
        return SecretResolver.builder(backend).ticker(now::get);
    }

    /** A resolver whose values live for ten seconds. */
    private SecretResolver shortLived(SecretBackend backend) {
        SecretResolver resolver =
                builder(backend).timeToLive(Duration.ofSeconds(10)).build();
        resolver.addListener(change -> heard.add(change.source()));
        return resolver;
    }

    private void tenSecondsLater() {
        now.addAndGet(Duration.ofSeconds(10).toNanos());
    }

    private void rotate() {
        store.put("u", "u2").put("p", "p2");
    }

    private static Object postgres(SecretResolver resolver) {
        return resolver.resolve("postgres", POSTGRES);
    }

    /** What the backend does when it is asked for the whole source. */
    enum Failure {
        TIMEOUT,
        EXIT,
        OUTPUT,
        START,
        PERMISSIONS,
        OWN_EXCEPTION,
        OWN_ERROR,
        PASSWORD_REFUSED,
        PASSWORD_MISSING,
        PASSWORD_EMPTY,
        PASSWORD_INVALID;

        Map<Handle, FetchResult> applyTo(Map<Handle, FetchResult> answer) {
            Handle password = new Handle("p");
            return switch (this) {
                case OWN_EXCEPTION -> throw new IllegalStateException("hunter2");
                case OWN_ERROR -> throw new AssertionError("hunter2");
                case PASSWORD_REFUSED -> with(answer, password, FetchResult.failed("rate limited"));
                case PASSWORD_MISSING -> with(answer, password, FetchResult.missing());
                case PASSWORD_EMPTY -> with(answer, password, FetchResult.found(""));
                case PASSWORD_INVALID ->
                    with(answer, password, new FetchResult.Failed(FailureKind.INVALID, "of the wrong shape"));
                default -> throw new BackendException(FailureKind.valueOf(name()), "it failed");
            };
        }

        private static Map<Handle, FetchResult> with(
                Map<Handle, FetchResult> answer, Handle handle, FetchResult result) {
            Map<Handle, FetchResult> changed = new HashMap<>(answer);
            changed.put(handle, result);
            return changed;
        }
    }

    @ParameterizedTest
    @EnumSource
    void fault_1_a_failed_answer_leaves_no_user_beside_the_password_of_before(Failure failure) {
        boolean[] fails = new boolean[1];
        SecretResolver resolver = shortLived(handles -> {
            Map<Handle, FetchResult> answer = store.fetch(handles);
            return fails[0] ? failure.applyTo(answer) : answer;
        });
        assertThat(postgres(resolver)).isEqualTo(FIRST);
        rotate();
        tenSecondsLater();
        assertThat(resolver.resolve("other", List.of("ENC[u]"))).isEqualTo(List.of("u2"));

        fails[0] = true;
        assertThatThrownBy(() -> postgres(resolver))
                .isInstanceOf(UnresolvedHandlesException.class)
                .hasMessageContaining("postgres");

        fails[0] = false;
        assertThat(postgres(resolver)).isEqualTo(SECOND);
    }

    @Test
    void fault_1_values_that_belong_together_are_served_stale_while_the_backend_fails() {
        SecretResolver resolver = shortLived(store);
        postgres(resolver);
        tenSecondsLater();
        store.fail(FailureKind.TIMEOUT, "too slow");

        assertThat(postgres(resolver)).isEqualTo(FIRST);
    }

    @Test
    void fault_2_a_refresh_that_answers_in_part_leaves_no_mixed_pair() {
        SecretResolver resolver = builder(store).build();
        assertThat(postgres(resolver)).isEqualTo(FIRST);
        resolver.addListener(change -> heard.add(change.source()));
        List<Object> read = new ArrayList<>();
        resolver.addListener(change -> read.add(postgres(resolver)));
        rotate();
        store.refuse("p", "rate limited");

        RefreshResult part = resolver.refresh();

        assertThat(part.failures()).extracting(HandleFailure::reason).containsExactly("rate limited");
        assertThat(heard).as("its values do not belong together yet").isEmpty();
        assertThatThrownBy(() -> postgres(resolver)).hasMessageContaining("rate limited");
        rotate();
        resolver.refresh();
        assertThat(heard).containsExactly("postgres");
        assertThat(read).containsExactly(SECOND);
    }

    @Test
    void fault_2_what_was_left_apart_is_told_once_when_it_belongs_together_again() {
        SecretResolver resolver = builder(store).build();
        postgres(resolver);
        resolver.addListener(change -> heard.add(change.source()));
        rotate();
        store.refuse("p", "rate limited");
        resolver.refresh();
        resolver.refresh();
        assertThat(heard).isEmpty();

        rotate();
        resolver.refresh();
        resolver.refresh();

        assertThat(heard).containsExactly("postgres");
    }

    /** A store whose every answer is a generation of its own, and another source that is renewed in between, ten times. */
    @Test
    void fault_3_values_are_never_taken_as_they_are() {
        AtomicInteger generation = new AtomicInteger();
        SecretResolver resolver = shortLived(handles -> {
            int answer = generation.incrementAndGet();
            Map<Handle, FetchResult> answers = new HashMap<>();
            handles.forEach(handle -> answers.put(handle, FetchResult.found("g" + answer)));
            return answers;
        });
        postgres(resolver);
        resolver.resolve("other", List.of("ENC[u]"));
        AtomicInteger renewals = new AtomicInteger();
        resolver.addListener(change -> {
            if (change.source().equals("other") && renewals.incrementAndGet() <= 10) {
                tenSecondsLater();
                resolver.resolve("other", List.of("ENC[u]"));
            }
        });
        tenSecondsLater();

        assertThat(((Map<?, ?>) postgres(resolver)).values().stream().distinct())
                .hasSize(1);
        assertThat(renewals).hasPositiveValue();
    }

    @Test
    void fault_3_a_source_costs_two_calls_at_most_however_often_the_store_rotates() {
        SecretResolver resolver = shortLived(store);
        postgres(resolver);
        rotate();
        tenSecondsLater();
        resolver.resolve("other", List.of("ENC[u]"));
        int before = store.callCount();

        postgres(resolver);

        assertThat(store.callCount() - before).isBetween(1, 2);
        assertThat(store.calls().get(store.callCount() - 1)).isEqualTo(Set.of(new Handle("p"), new Handle("u")));
    }

    @Test
    void fault_8_sources_that_read_new_values_themselves_are_not_told_of_them() {
        SecretResolver resolver = shortLived(store);
        Map<String, Object> both = Map.of("postgres", POSTGRES, "other", List.of("ENC[u]"));
        resolver.resolveAll(both);
        rotate();
        tenSecondsLater();
        resolver.resolveAll(both);

        resolver.refresh();

        assertThat(heard).isEmpty();
    }
}
