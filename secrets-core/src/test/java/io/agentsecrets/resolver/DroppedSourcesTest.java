package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.testing.FakeBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A source that was dropped costs nothing when others are resolved, however many there are. */
class DroppedSourcesTest {

    private final FakeBackend backend = new FakeBackend();
    private final AtomicInteger looks = new AtomicInteger();
    private final List<String> heard = new ArrayList<>();

    /** Every look at a source reads the clock. */
    private final SecretResolver resolver =
            SecretResolver.builder(backend).ticker(looks::getAndIncrement).build();

    private int looksToResolve(String handle) {
        int before = looks.get();
        resolver.resolve("of " + handle, List.of("ENC[" + handle + "]"));
        return looks.get() - before;
    }

    private void drop(String source, String... handles) {
        List<String> tree = new ArrayList<>();
        for (String handle : handles) {
            tree.add("ENC[" + handle + "]");
        }
        assertThatThrownBy(() -> resolver.resolve(source, tree)).hasMessageContaining("no such handle");
    }

    @Test
    void another_source_looks_at_none_of_them() {
        backend.put("a", "1").put("b", "2");
        int beside0 = looksToResolve("a");
        for (int i = 0; i < 500; i++) {
            drop("s" + i, "missing" + i);
        }

        assertThat(looksToResolve("b")).isEqualTo(beside0);
    }

    @Test
    void the_one_whose_handle_another_source_brings_is_still_told() {
        resolver.addListener(change -> heard.add(change.source()));
        drop("waits", "late");
        drop("waits for ever", "never");

        backend.put("late", "here");
        resolver.resolve("other", List.of("ENC[late]"));

        assertThat(heard).containsExactly("waits");
    }
}
