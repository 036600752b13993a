package io.agentsecrets.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SecretBackend} does. The author of a backend extends this class, puts {@link #PLAIN} and {@link #STRANGE}
 * into the store, and returns the backend; the tests are inherited.
 *
 * <pre>{@code
 * class MyBackendContractTest extends SecretBackendContract {
 *     @Override
 *     protected SecretBackend backend() {
 *         return new MyBackend(Map.of("plain", PLAIN, "strange", STRANGE));
 *     }
 * }
 * }</pre>
 */
public abstract class SecretBackendContract {

    /** The value of {@link #plain()}. */
    public static final String PLAIN = "hunter22";

    /** The value of {@link #strange()}: blanks at both ends, quotes, line breaks and tabs, other scripts, an emoji. */
    public static final String STRANGE = " \"\\\n\t'$(x)`%s zażółć \ud83d\udd11 ";

    /** How long the value of {@link #shortLived()} may be cached. */
    public static final Duration TIME_TO_LIVE = Duration.ofSeconds(90);

    /** Names that no store has. They look like paths, options or commands, and must not be used as such. */
    private static final List<String> HOSTILE = List.of(
            "../../../../etc/passwd",
            "/etc/passwd",
            "--help",
            "-",
            " ",
            "a b",
            "a\nb",
            "$(id)",
            "`id`;id|id&",
            "%2e%2e%2fpasswd",
            "a\u0000b",
            "\ud83d\udd11",
            "x".repeat(10_000));

    /**
     * Returns the backend, over a store that has the secrets of the other methods. Called once or more for each test.
     *
     * @throws Exception if the store cannot be prepared, which fails the test
     */
    protected abstract SecretBackend backend() throws Exception;

    /** The handle whose value is {@link #PLAIN}. */
    protected Handle plain() {
        return new Handle("plain");
    }

    /** The handle whose value is {@link #STRANGE}. */
    protected Handle strange() {
        return new Handle("strange");
    }

    /** A handle of the usual form that has no value. */
    protected Handle unknown() {
        return new Handle("unknown");
    }

    /** The handle whose value is {@link #PLAIN} for {@link #TIME_TO_LIVE}, if the store limits times. */
    protected Optional<Handle> shortLived() {
        return Optional.empty();
    }

    /** A handle that the store has but does not give out, if there can be one: denied, damaged, no text. */
    protected Optional<Handle> refused() {
        return Optional.empty();
    }

    /** How the backend answers for {@link #unknown()}. Only one that cannot know what exists overrides this. */
    protected FailureKind kindOfUnknown() {
        return FailureKind.MISSING;
    }

    @Test
    void gives_values_exactly() throws Exception {
        assertThat(backend().fetch(asked(plain(), strange())))
                .isEqualTo(Map.of(plain(), FetchResult.found(PLAIN), strange(), FetchResult.found(STRANGE)));
    }

    @Test
    void tells_how_long_a_value_may_be_cached() throws Exception {
        assumeTrue(shortLived().isPresent(), "this store limits no times");
        Handle handle = shortLived().orElseThrow();

        assertThat(backend().fetch(asked(handle)))
                .containsEntry(handle, new FetchResult.Found(SecretValue.of(PLAIN), TIME_TO_LIVE));
    }

    @Test
    void what_does_not_exist_harms_no_other_handle() throws Exception {
        Map<Handle, FetchResult> results = backend().fetch(asked(unknown(), plain()));

        assertThat(results.get(plain())).isEqualTo(FetchResult.found(PLAIN));
        assertThat(kindOf(results, unknown())).isEqualTo(kindOfUnknown());
    }

    @Test
    void what_is_refused_is_an_error_of_its_handle_that_quotes_no_secret() throws Exception {
        assumeTrue(refused().isPresent(), "this store refuses nothing");
        Handle refused = refused().orElseThrow();

        Map<Handle, FetchResult> results = backend().fetch(asked(refused, plain()));

        assertThat(results.get(plain())).isEqualTo(FetchResult.found(PLAIN));
        assertThat(kindOf(results, refused)).isEqualTo(FailureKind.BACKEND_ERROR);
        assertThat(results.get(refused).toString()).doesNotContain(PLAIN);
    }

    @Test
    void handles_that_look_like_paths_or_commands_harm_no_other() throws Exception {
        Set<Handle> handles = asked(plain());
        HOSTILE.forEach(name -> handles.add(new Handle(name)));

        Map<Handle, FetchResult> results = backend().fetch(Collections.unmodifiableSet(handles));

        assertThat(results.get(plain())).isEqualTo(FetchResult.found(PLAIN));
        for (String name : HOSTILE) {
            assertThat(kindOf(results, new Handle(name)))
                    .as(name)
                    .isIn(FailureKind.MISSING, FailureKind.BACKEND_ERROR, FailureKind.NO_BACKEND);
        }
    }

    @Test
    void answers_for_no_handle_that_was_not_asked_for() throws Exception {
        assertThat(backend().fetch(asked(plain()))).containsOnlyKeys(plain());
    }

    @Test
    void leaves_the_asked_handles_alone() throws Exception {
        Set<Handle> asked = Collections.unmodifiableSet(asked(plain(), unknown()));

        backend().fetch(asked);

        assertThat(asked).containsExactly(plain(), unknown());
    }

    @Test
    void answers_again_and_again() throws Exception {
        SecretBackend backend = backend();

        assertThat(backend.fetch(asked(plain()))).isEqualTo(backend.fetch(asked(plain())));
    }

    @Test
    void allows_calls_at_once() throws Exception {
        SecretBackend backend = backend();
        Callable<Map<Handle, FetchResult>> call = () -> backend.fetch(asked(plain()));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Map<Handle, FetchResult>> result : threads.invokeAll(Collections.nCopies(4, call))) {
                assertThat(result.get()).containsEntry(plain(), FetchResult.found(PLAIN));
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void describes_itself_without_secrets() throws Exception {
        SecretBackend backend = backend();
        backend.fetch(asked(plain()));

        BackendStatus status = backend.status();

        assertThat(status.isOk()).isTrue();
        assertThat(status.lines()).isNotEmpty();
        assertThat(status + " " + backend).doesNotContain(PLAIN);
        assertThat(backend.timeout()).isPositive();
    }

    @Test
    void may_be_closed_twice() throws Exception {
        SecretBackend backend = backend();
        backend.fetch(asked(plain()));

        backend.close();
        backend.close();
    }

    private static Set<Handle> asked(Handle... handles) {
        return new LinkedHashSet<>(List.of(handles));
    }

    /** A handle that is left out counts as missing. */
    private static FailureKind kindOf(Map<Handle, FetchResult> results, Handle handle) {
        FetchResult result = results.getOrDefault(handle, FetchResult.missing());
        assertThat(result).isInstanceOf(FetchResult.Failed.class);
        return ((FetchResult.Failed) result).kind();
    }
}
