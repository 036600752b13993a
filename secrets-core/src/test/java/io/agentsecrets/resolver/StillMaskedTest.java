package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.testing.FakeBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever a configuration was handed out with is masked, also if it was old by then, forgotten or asked for by others. */
class StillMaskedTest {

    /** Counts its generations up, never answers for {@code p} after the first one, and can be held within a call. */
    private static final class Store implements SecretBackend {
        final AtomicInteger generation = new AtomicInteger(1);
        volatile @Nullable CountDownLatch begun;
        volatile CountDownLatch released = new CountDownLatch(0);

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            int number = generation.get();
            Map<Handle, FetchResult> answers = new HashMap<>();
            for (Handle handle : handles) {
                boolean fails = number > 1 && handle.name().equals("p");
                answers.put(
                        handle,
                        fails ? FetchResult.failed("no") : FetchResult.found(handle.name() + "-value-" + number));
            }
            CountDownLatch waiting = begun;
            if (waiting != null) {
                waiting.countDown();
                await(released);
            }
            return answers;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The first source is read; then the second one has to be asked for again, and others ask first. */
    @Test
    void a_value_that_changes_twice_while_its_source_waits_for_another_one_is_masked() throws Exception {
        Store store = new Store();
        SecretResolver resolver = SecretResolver.builder(store).build();
        resolver.resolve("other", List.of("ENC[a]"));
        Map<String, List<String>> both = new LinkedHashMap<>();
        both.put("read", List.of("ENC[a]"));
        both.put("apart", List.of("ENC[u]", "ENC[p]"));
        resolver.resolveAll(both);
        store.generation.set(2);
        resolver.refresh();
        store.released = new CountDownLatch(1);
        store.begun = new CountDownLatch(1);
        FutureTask<Map<String, Resolution<Object>>> reader = new FutureTask<>(() -> resolver.resolveAll(both));
        start(reader);
        await(store.begun);
        FutureTask<Void> others = new FutureTask<>(() -> {
            for (int number = 4; number <= 6; number++) {
                store.generation.set(number);
                resolver.refresh();
                resolver.resolve("other", List.of("ENC[a]"));
            }
            return null;
        });
        Thread thread = start(others);
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        store.begun = null;
        store.released.countDown();

        Object got = reader.get(2, TimeUnit.MINUTES).get("read").orThrow();
        others.get(2, TimeUnit.MINUTES);
        assertThat(resolver.redactor().redact("it runs with " + got)).isEqualTo("it runs with [********]");
    }

    @Test
    void what_the_agent_runs_with_is_masked_though_its_source_failed_with_further_handles() {
        FakeBackend store = new FakeBackend().put("a", "value-1");
        SecretResolver resolver = SecretResolver.builder(store).build();
        resolver.resolve("s", List.of("ENC[a]"));
        store.put("a", "value-2");
        resolver.refresh();
        assertThatThrownBy(() -> resolver.resolve("s", List.of("ENC[a]", "ENC[missing]")))
                .hasMessageContaining("missing");
        store.put("a", "value-3");
        resolver.refresh();

        assertThat(resolver.redactor().redact("value-1")).isEqualTo("********");
    }

    @Test
    void what_is_forgotten_and_resolved_again_beside_refreshes_is_masked() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        SecretBackend store = handles -> {
            int generation = calls.incrementAndGet() / 50;
            Map<Handle, FetchResult> answers = new HashMap<>();
            handles.forEach(handle -> answers.put(handle, FetchResult.found(handle.name() + "-value-" + generation)));
            return answers;
        };
        SecretResolver resolver = SecretResolver.builder(store).build();
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            many.add("ENC[handle" + i + "]");
        }
        AtomicBoolean ends = new AtomicBoolean();
        FutureTask<Void> refreshes = new FutureTask<>(() -> {
            while (!ends.get()) {
                resolver.refresh();
                resolver.resolve("many", many);
            }
            return null;
        });
        start(refreshes);
        try {
            for (int i = 0; i < 10_000; i++) {
                resolver.forget("s");
                Object got = resolver.resolve("s", List.of("ENC[secret]"));
                assertThat(resolver.redactor().redact("it runs with " + got)).isEqualTo("it runs with [********]");
            }
        } finally {
            ends.set(true);
            refreshes.get(2, TimeUnit.MINUTES);
        }
    }

    private static Thread start(FutureTask<?> task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
