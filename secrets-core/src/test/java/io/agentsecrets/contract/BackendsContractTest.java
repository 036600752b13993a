package io.agentsecrets.contract;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.ResilientBackend;
import io.agentsecrets.backend.RoutingBackend;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

/** The backend in memory, and the backends that ask others, do what every backend does. */
class BackendsContractTest {

    private abstract static class OfStore extends SecretBackendContract {

        static FakeBackend store() {
            return new FakeBackend()
                    .put("plain", PLAIN)
                    .put("strange", STRANGE)
                    .put("short-lived", PLAIN, TIME_TO_LIVE)
                    .refuse("refused", "no permission");
        }

        @Override
        protected Optional<Handle> shortLived() {
            return Optional.of(new Handle("short-lived"));
        }

        @Override
        protected Optional<Handle> refused() {
            return Optional.of(new Handle("refused"));
        }
    }

    @Nested
    class Fake extends OfStore {

        @Override
        protected SecretBackend backend() {
            return store();
        }
    }

    @Nested
    class Resilient extends OfStore {

        @Override
        protected SecretBackend backend() {
            return ResilientBackend.builder(store())
                    .attempts(2)
                    .coolDown(Duration.ofSeconds(1))
                    .build();
        }
    }

    @Nested
    class WithoutRoute extends OfStore {

        @Override
        protected SecretBackend backend() {
            return RoutingBackend.builder()
                    .route("other", new FakeBackend())
                    .otherwise(store())
                    .build();
        }
    }

    @Nested
    class Routed extends OfStore {

        @Override
        protected SecretBackend backend() {
            return RoutingBackend.builder()
                    .route("r", store())
                    .deadline(Duration.ofMinutes(1))
                    .build();
        }

        @Override
        protected Handle plain() {
            return new Handle("r;plain");
        }

        @Override
        protected Handle strange() {
            return new Handle("r;strange");
        }

        @Override
        protected Handle unknown() {
            return new Handle("r;unknown");
        }

        @Override
        protected Optional<Handle> shortLived() {
            return Optional.of(new Handle("r;short-lived"));
        }

        @Override
        protected Optional<Handle> refused() {
            return Optional.of(new Handle("r;refused"));
        }
    }
}
