package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Live values, which the agent reads at each use, with the cache on and off. */
@ParameterizedClass(name = "maximumSize {0}")
@ValueSource(longs = {Long.MAX_VALUE, 0})
class LiveValueTest {

    private static final Handle USER = new Handle("u");
    private static final Handle PASSWORD = new Handle("p");
    private static final Map<String, String> POSTGRES = Map.of("user", "ENC[u]", "password", "ENC[p]");

    @Parameter
    private long maximumSize;

    private final FakeBackend backend = new FakeBackend().put("u", "u1").put("p", "p1");
    private final AtomicLong now = new AtomicLong();

    private SecretResolver.Builder builder() {
        return SecretResolver.builder(backend).maximumSize(maximumSize).ticker(now::get);
    }

    private SecretResolver resolver() {
        SecretResolver resolver = builder().build();
        resolver.resolve("postgres", POSTGRES);
        return resolver;
    }

    @Test
    void reads_the_present_value_and_never_asks() {
        SecretResolver resolver = resolver();
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);

        assertThat(password.get().reveal()).isEqualTo("p1");
        assertThat(backend.callCount()).isEqualTo(1);

        backend.put("u", "u2").put("p", "p2");
        assertThat(password.get().reveal()).isEqualTo("p1");
        resolver.refresh();
        assertThat(password.get().reveal()).isEqualTo("p2");
        assertThat(backend.callCount()).isEqualTo(2);
    }

    @Test
    void all_values_are_read_together() {
        SecretResolver resolver = resolver();
        Map<Handle, SecretValue> first = resolver.values("postgres");

        backend.put("u", "u2").put("p", "p2");
        resolver.refresh();

        assertThat(first).isEqualTo(Map.of(USER, SecretValue.of("u1"), PASSWORD, SecretValue.of("p1")));
        assertThat(resolver.values("postgres"))
                .isEqualTo(Map.of(USER, SecretValue.of("u2"), PASSWORD, SecretValue.of("p2")));
    }

    @Test
    void a_refresh_that_brings_a_part_changes_nothing_until_the_rest_follows() {
        SecretResolver resolver = resolver();
        Supplier<SecretValue> user = resolver.value("postgres", USER);
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);

        backend.put("u", "u2").refuse("p", "rate limited");
        resolver.refresh();
        assertThat(List.of(user.get().reveal(), password.get().reveal())).containsExactly("u1", "p1");

        backend.put("p", "p2");
        resolver.refresh();
        assertThat(List.of(user.get().reveal(), password.get().reveal())).containsExactly("u2", "p2");
    }

    @Test
    void a_value_that_a_source_runs_with_is_masked_however_often_another_one_came_in_part() {
        SecretResolver resolver = resolver();
        for (String user : List.of("u2", "u3", "u4")) {
            backend.put("u", user).refuse("p", "rate limited");
            resolver.refresh();
        }
        assertThat(resolver.value("postgres", USER).get().reveal()).isEqualTo("u1");
        assertThat(resolver.redactor().redact("u1 u2 u3 u4 p1")).isEqualTo("******** u2 ******** ******** ********");

        backend.put("u", "u5").put("p", "p2");
        resolver.refresh();
        backend.put("u", "u6");
        resolver.refresh();
        assertThat(resolver.redactor().redact("u1 u4 u5 u6")).isEqualTo("******** u4 ******** ********");
        resolver.forget("postgres");
        assertThat(resolver.redactor().redact("u1 u5 u6 p1 p2")).isEqualTo("u1 u5 u6 p1 p2");
    }

    @Test
    void what_the_agent_runs_with_is_masked_until_it_resolves_again() {
        SecretResolver resolver = resolver();
        for (String password : List.of("p2", "p3", "p4")) {
            backend.put("p", password);
            resolver.refresh();
        }
        assertThat(resolver.redactor().redact("p1 p2 p3 p4")).isEqualTo("******** p2 ******** ********");

        resolver.values("postgres");
        backend.put("p", "p5");
        resolver.refresh();
        assertThat(resolver.redactor().redact("p1 p3 p4 p5")).isEqualTo("p1 p3 ******** ********");
    }

    @Test
    void a_forgotten_source_ends_it_until_it_is_resolved_again() {
        SecretResolver resolver = resolver();
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);

        resolver.forget("postgres");

        assertThatThrownBy(password::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is no live value of postgres: it was forgotten, or never resolved");
        assertThatThrownBy(() -> resolver.values("postgres")).isInstanceOf(IllegalStateException.class);
        resolver.resolve("postgres", POSTGRES);
        assertThat(password.get().reveal()).isEqualTo("p1");
    }

    @Test
    void a_source_that_was_not_resolved_yet_has_none() {
        SecretResolver resolver = builder().build();
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);

        assertThatThrownBy(password::get).hasMessageContaining("never resolved");
        resolver.resolve("postgres", POSTGRES);
        assertThat(password.get().reveal()).isEqualTo("p1");
        assertThatThrownBy(() -> resolver.value("postgres", new Handle("pw\n")).get())
                .hasMessage(
                        "there is no live value of postgres: it does not use the handle pw?, or has no value of it yet");
    }

    @Test
    void a_dropped_source_has_none_until_it_would_resolve() {
        backend.refuse("p", "no connection");
        SecretResolver resolver = builder().build();
        resolver.resolveAll(Map.of("postgres", POSTGRES));
        Supplier<SecretValue> user = resolver.value("postgres", USER);
        assertThatThrownBy(user::get).hasMessageContaining("it was dropped");

        backend.put("p", "p1");
        resolver.refresh();

        assertThat(user.get().reveal()).isEqualTo("u1");
    }

    @Test
    void a_source_whose_secret_was_deleted_has_none_until_it_is_there_again() {
        SecretResolver resolver = resolver();
        Supplier<SecretValue> user = resolver.value("postgres", USER);

        backend.remove("p");
        resolver.refresh();
        assertThatThrownBy(user::get).hasMessageContaining("one of its secrets is gone");

        backend.put("p", "p1");
        resolver.refresh();
        assertThat(user.get().reveal()).isEqualTo("u1");
    }

    @Test
    void a_denied_source_never_has_any() {
        SecretResolver resolver = builder()
                .rule((source, handle) -> !source.equals("postgres") || handle.equals(USER))
                .build();
        resolver.resolveAll(Map.of("postgres", POSTGRES, "other", List.of("ENC[u]")));
        backend.put("u", "u2");
        resolver.refresh();

        assertThatThrownBy(() -> resolver.value("postgres", USER).get()).hasMessageContaining("it was dropped");
        assertThat(resolver.value("other", USER).get().reveal()).isEqualTo("u2");
    }

    @Test
    void an_outage_is_bridged_up_to_the_stale_limit() {
        SecretResolver resolver = builder()
                .timeToLive(Duration.ofSeconds(100))
                .staleLimit(Duration.ofSeconds(50))
                .build();
        resolver.resolve("postgres", POSTGRES);
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);

        pass(90);
        resolver.refresh(); // the same values, for another 100 seconds
        pass(149);
        assertThat(password.get().reveal()).isEqualTo("p1");
        pass(2);

        assertThatThrownBy(password::get)
                .hasMessage("there is no live value of postgres: the value of p is too old, and none came since");
        assertThatThrownBy(() -> resolver.values("postgres")).hasMessageContaining("too old");
        resolver.refresh();
        assertThat(password.get().reveal()).isEqualTo("p1");
    }

    @Test
    void a_source_that_gets_a_further_handle_keeps_its_values_meanwhile() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        SecretResolver resolver = SecretResolver.builder(handles -> {
                    if (handles.contains(new Handle("x"))) {
                        asked.countDown();
                        awaitQuietly(answer);
                    }
                    return backend.fetch(handles);
                })
                .maximumSize(maximumSize)
                .build();
        resolver.resolve("postgres", POSTGRES);
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);
        backend.put("x", "x1");

        FutureTask<Object> reload =
                new FutureTask<>(() -> resolver.resolve("postgres", List.of("ENC[u]", "ENC[p]", "ENC[x]")));
        new Thread(reload, "reload").start();
        asked.await();
        assertThat(password.get().reveal()).isEqualTo("p1");
        assertThatThrownBy(() -> resolver.value("postgres", new Handle("x")).get())
                .hasMessageContaining("has no value of it yet");
        assertThatThrownBy(() -> resolver.values("postgres")).hasMessageContaining("some of its handles");
        answer.countDown();
        reload.get(120, TimeUnit.SECONDS);

        assertThat(resolver.values("postgres")).hasSize(3);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new BackendException(FailureKind.INTERRUPTED, "interrupted");
        }
    }

    @Test
    void a_reader_beside_a_refresh_sees_only_whole_generations() throws Exception {
        AtomicInteger generation = new AtomicInteger(1);
        SecretResolver resolver = SecretResolver.builder(handles -> Map.of(
                        USER, FetchResult.found("u" + generation.get()), PASSWORD, FetchResult.found("p" + generation)))
                .maximumSize(maximumSize)
                .build();
        resolver.resolve("postgres", POSTGRES);
        Thread refreshing = new Thread(() -> {
            while (generation.incrementAndGet() < 2000) {
                resolver.refresh();
            }
        });
        refreshing.start();

        List<String> mixed = new ArrayList<>();
        int last = 0;
        while (refreshing.isAlive()) {
            Map<Handle, SecretValue> values = resolver.values("postgres");
            int user = Integer.parseInt(values.get(USER).reveal().substring(1));
            int password = Integer.parseInt(values.get(PASSWORD).reveal().substring(1));
            if (user != password || user < last) {
                mixed.add(last + " then " + user + "/" + password);
            }
            last = user;
        }
        assertThat(mixed).isEmpty();
    }

    @Test
    void a_rejected_live_value_is_asked_for_though_the_source_was_not_resolved_again() {
        SecretResolver resolver = resolver();
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);
        backend.put("p", "p2");
        resolver.refresh();
        assertThat(resolver.refreshRejected("postgres"))
                .as("p1 was read, p2 is there")
                .isEqualTo(Rejection.CHANGED);
        assertThat(password.get().reveal()).isEqualTo("p2");
        int calls = backend.callCount();

        assertThat(resolver.refreshRejected("postgres")).as("p2 was read").isEqualTo(Rejection.UNCHANGED);
        assertThat(backend.callCount()).isEqualTo(calls + 1);
        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.TOO_SOON);
        backend.put("p", "p3");
        pass(60);
        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.CHANGED);
        assertThat(password.get().reveal()).isEqualTo("p3");
    }

    @Test
    void listeners_hear_of_a_change_that_was_read_live() {
        SecretResolver resolver = resolver();
        Supplier<SecretValue> password = resolver.value("postgres", PASSWORD);
        List<String> heard = new ArrayList<>();
        resolver.addListener(change -> {
            heard.add(password.get().reveal());
            heard.add(change.source());
        });

        backend.put("p", "p2");
        resolver.refresh();

        assertThat(heard).containsExactly("p2", "postgres");
    }

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
