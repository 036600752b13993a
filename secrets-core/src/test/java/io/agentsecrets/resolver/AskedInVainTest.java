package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A handle that a call has asked for and that an interrupt left without an answer is not a new one: its value need not belong
 * to what the same call brought.
 */
class AskedInVainTest {

    private static final Handle USER = new Handle("u");
    private static final Handle PASSWORD = new Handle("p");

    /** A store that is rotated: all values of a generation end in its number. */
    private static Map<Handle, FetchResult> generation(int number, Set<Handle> handles) {
        Map<Handle, FetchResult> answers = new HashMap<>();
        handles.forEach(handle -> answers.put(handle, FetchResult.found(handle.name() + number)));
        return answers;
    }

    @Test
    void an_answer_of_interrupted_leaves_no_user_beside_the_password_of_the_next_generation() {
        int[] calls = {0};
        SecretBackend store = handles -> {
            Map<Handle, FetchResult> answers = generation(++calls[0], handles);
            if (calls[0] == 1) {
                answers.put(PASSWORD, new FetchResult.Failed(FailureKind.INTERRUPTED, "the route was closed"));
            }
            return answers;
        };
        SecretResolver resolver = SecretResolver.builder(store).build();
        List<String> pair = List.of("ENC[u]", "ENC[p]");
        assertThatThrownBy(() -> resolver.resolve("a", pair)).hasMessageContaining("the route was closed");

        assertThat(resolver.resolve("a", pair)).isEqualTo(List.of("u2", "p2"));
    }

    /** Two threads share a call that exits. It is split; the thread that makes it is interrupted between the parts. */
    private static final class Interrupted implements SecretBackend {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        private int calls;
        private int generation = 1;

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            calls++;
            if (calls == 1) {
                begun.countDown();
                awaitUninterruptibly(released);
            } else if (calls == 2) {
                throw new BackendException(FailureKind.EXIT, "status 1");
            } else if (calls == 3) {
                assertThat(handles).containsExactly(USER);
                return generation(generation++, handles);
            } else if (calls == 4) {
                assertThat(handles).containsExactly(PASSWORD);
                Thread.currentThread().interrupt();
                throw new BackendException(FailureKind.INTERRUPTED, "interrupted");
            }
            return generation(generation, handles);
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static FutureTask<Object> started(SecretResolver resolver, String source, String... handles) {
        List<String> tree =
                Arrays.stream(handles).map(name -> "ENC[" + name + "]").toList();
        FutureTask<Object> task = new FutureTask<>(() -> resolver.resolve(source, tree));
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        while (!source.equals("first") && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void an_interrupt_in_the_middle_of_a_split_call_leaves_no_user_beside_the_password_of_the_next_generation()
            throws Exception {
        Interrupted store = new Interrupted();
        SecretResolver resolver = SecretResolver.builder(store).build();
        FutureTask<Object> first = started(resolver, "first", "x");
        assertThat(store.begun.await(2, TimeUnit.MINUTES)).isTrue();
        FutureTask<Object> makesTheCall = started(resolver, "user", "u");
        FutureTask<Object> shares = started(resolver, "pair", "u", "p");

        store.released.countDown();

        first.get(2, TimeUnit.MINUTES);
        assertThat(shares.get(2, TimeUnit.MINUTES)).isEqualTo(List.of("u2", "p2"));
        makesTheCall.get(2, TimeUnit.MINUTES);
    }
}
