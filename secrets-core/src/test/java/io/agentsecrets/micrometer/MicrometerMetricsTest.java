package io.agentsecrets.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.FailureKind;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeBackend backend =
            new FakeBackend().put("user_handle", "user_value").put("password_handle", "password_value");
    private final AtomicLong now = new AtomicLong();
    private final MicrometerMetrics metrics = MicrometerMetrics.of(registry);
    private final SecretResolver resolver =
            SecretResolver.builder(backend).metrics(metrics).ticker(now::get).build();

    @AfterEach
    void close() {
        registry.close();
    }

    private double count(String name, String... tags) {
        Counter counter = registry.find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void counts_calls_lookups_sources_refreshes_and_changes() {
        resolver.resolveAll(Map.of(
                "postgres",
                List.of("ENC[user_handle]", "ENC[password_handle]"),
                "bad",
                List.of("ENC[missing_handle]")));
        resolver.resolve("postgres", List.of("ENC[user_handle]", "ENC[password_handle]"));
        backend.put("password_handle", "another_value");
        resolver.refresh();
        backend.fail(FailureKind.TIMEOUT, "too slow");
        resolver.refresh();

        assertThat(registry.get("secrets.backend.calls")
                        .tag("outcome", "ok")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("secrets.backend.calls")
                        .tag("outcome", "timeout")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(count("secrets.backend.handles")).isEqualTo(9);
        assertThat(count("secrets.lookups", "result", "hit")).isEqualTo(2);
        assertThat(count("secrets.lookups", "result", "miss")).isEqualTo(3);
        assertThat(count("secrets.sources", "outcome", "resolved")).isEqualTo(2);
        assertThat(count("secrets.sources", "outcome", "dropped")).isEqualTo(1);
        assertThat(count("secrets.handles", "outcome", "found")).isEqualTo(4);
        assertThat(count("secrets.handles", "outcome", "failed")).isEqualTo(1);
        assertThat(count("secrets.refreshes")).isEqualTo(2);
        assertThat(count("secrets.refreshed.handles", "outcome", "changed")).isEqualTo(1);
        assertThat(count("secrets.refreshed.handles", "outcome", "same")).isEqualTo(1);
        assertThat(count("secrets.refreshed.handles", "outcome", "failed")).isEqualTo(4);
        assertThat(count("secrets.changes")).isEqualTo(1);
    }

    @Test
    void shows_the_age_of_the_oldest_value() {
        metrics.watch(resolver);
        resolver.resolve("postgres", List.of("ENC[user_handle]"));

        now.set(TimeUnit.SECONDS.toNanos(90));

        assertThat(registry.get("secrets.oldest.age").gauge().value()).isEqualTo(90);
    }

    @Test
    void no_name_and_no_tag_holds_a_handle_a_source_or_a_value() {
        counts_calls_lookups_sources_refreshes_and_changes();

        for (Meter meter : registry.getMeters()) {
            List<String> texts =
                    meter.getId().getTags().stream().map(Tag::getValue).toList();
            assertThat(texts).noneMatch(text -> text.contains("_") || text.contains("postgres"));
        }
    }
}
