package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls to the backend, one at a time. One of the threads that need values makes a call, and the others share it.
 *
 * <p>A thread first takes what it can from the call that is running. The rest of its handles joins the next call, which one
 * of the waiting threads makes for all. So threads that need the same handle share a call, and however many threads come
 * during a call, one further call serves them all. An interrupt ends only the wait of the interrupted thread: if it was
 * making the call, another thread makes it again.
 *
 * <p>{@link #turn} guards {@link #running} and {@link #gathering}; it is never held while the backend runs.
 */
final class SharedCalls {

    private final AnswerFetcher fetcher;
    private final ReentrantLock turn = new ReentrantLock();
    private final Condition callEnded = turn.newCondition();
    private @Nullable Call running;
    private Call gathering = new Call();

    SharedCalls(AnswerFetcher fetcher) {
        this.fetcher = fetcher;
    }

    /**
     * The handles that a source asks for. In a call, one request cannot make another fail.
     *
     * @param handles the handles
     * @param isWhole whether they have to be asked for in one call, so that their values belong together
     */
    record Request(Set<Handle> handles, boolean isWhole) {

        /** Returns what is left to ask for when some handles are answered, or null if nothing is. */
        private @Nullable Request without(Set<Handle> answered) {
            if (answered.isEmpty() || answered.containsAll(handles)) {
                return answered.isEmpty() ? this : null;
            }
            Set<Handle> rest = new LinkedHashSet<>(handles);
            rest.removeAll(answered);
            return rest.isEmpty() ? null : isWhole ? this : new Request(rest, false);
        }
    }

    /**
     * Asks for handles, unless another call fetches them in the meantime.
     *
     * @return an answer for each handle
     */
    Answers ask(List<Request> requests) {
        return ask(requests, false);
    }

    /**
     * Asks in a call that begins after this moment, even if values are known or being fetched already.
     *
     * @return an answer for each handle
     */
    Answers askAgain(List<Request> requests) {
        return ask(requests, true);
    }

    private Answers ask(List<Request> requests, boolean isRefresh) {
        Answers answers = Answers.NOTHING;
        List<Request> open = requests;
        try {
            while (!open.isEmpty()) {
                answers = answers.and(takePart(open, isRefresh));
                open = openOf(open, answers.byHandle().keySet());
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answers.and(interrupted(open));
        }
    }

    private static Answers interrupted(List<Request> open) {
        Answer failure = new Answer.Failure(new FetchResult.Failed(
                FailureKind.INTERRUPTED, "the thread was interrupted while it waited for the backend"));
        return Answers.all(open, failure);
    }

    private Answers takePart(List<Request> requests, boolean isRefresh) throws InterruptedException {
        Answers found = Answers.NOTHING;
        Call shared = null;
        Call own;
        boolean isMine;
        turn.lockInterruptibly();
        try {
            refuseCallFromBackend();
            List<Request> rest = requests;
            if (!isRefresh) {
                found = fetcher.foundMeanwhile(rest);
                rest = openOf(rest, found.byHandle().keySet());
                shared = running != null && running.answersAny(rest) ? running : null;
                rest = shared == null ? rest : shared.notAnsweredOf(rest);
            }
            own = rest.isEmpty() ? null : gathering.joinedBy(rest);
            if (shared != null) {
                awaitEnd(shared, own);
            }
            isMine = own != null && awaitTurnOrEnd(own);
        } finally {
            turn.unlock();
        }
        if (own != null && isMine) {
            make(own);
        }
        return found.and(fetcher.stillKnown(answersOf(shared, requests))).and(answersOf(own, requests));
    }

    private void awaitEnd(Call shared, @Nullable Call own) throws InterruptedException {
        try {
            while (!shared.ended) {
                callEnded.await();
            }
        } catch (InterruptedException e) {
            leave(own);
            throw e;
        }
    }

    /** Returns true if this thread must make the call, false if another one has made it. */
    private boolean awaitTurnOrEnd(Call own) throws InterruptedException {
        try {
            while (!own.ended) {
                if (running == null && own == gathering) {
                    own.maker = Thread.currentThread();
                    running = own;
                    gathering = new Call();
                    return true;
                }
                callEnded.await();
            }
            return false;
        } catch (InterruptedException e) {
            leave(own);
            throw e;
        }
    }

    /** Leaves a call. A call that no thread waits for any more is not made. */
    private void leave(@Nullable Call own) {
        if (own != null && --own.waiting == 0 && own == gathering) {
            gathering = new Call();
        }
    }

    private void make(Call call) {
        Answers answers = Answers.NOTHING;
        try {
            answers = fetcher.fetch(call.groups);
        } finally {
            turn.lock();
            try {
                call.answers = answers;
                call.ended = true;
                running = null;
                callEnded.signalAll();
            } finally {
                turn.unlock();
            }
        }
        fetcher.tell();
    }

    private void refuseCallFromBackend() {
        if (running != null && running.maker == Thread.currentThread()) {
            throw new IllegalStateException("a backend may not ask the resolver that is asking it");
        }
    }

    private static List<Request> openOf(List<Request> requests, Set<Handle> answered) {
        List<Request> open = new ArrayList<>(requests.size());
        for (Request request : requests) {
            Request rest = request.without(answered);
            if (rest != null) {
                open.add(rest);
            }
        }
        return open;
    }

    private static Answers answersOf(@Nullable Call ended, List<Request> requests) {
        if (ended == null) {
            return Answers.NOTHING;
        }
        return ended.joined == 1 ? ended.answers : ended.answers.only(requests);
    }

    /**
     * One call for the requests of all threads that joined it. Its requests do not change once it runs; the number of
     * waiting threads does.
     */
    private static final class Call {
        final List<Set<Handle>> groups = new ArrayList<>();
        final Set<Handle> handles = new HashSet<>();
        Answers answers = Answers.NOTHING;
        boolean ended;
        int joined;
        int waiting;

        @Nullable
        Thread maker;

        Call joinedBy(Collection<Request> requests) {
            joined++;
            waiting++;
            for (Request request : requests) {
                groups.add(request.handles());
                handles.addAll(request.handles());
            }
            return this;
        }

        boolean answersAny(List<Request> requests) {
            return !requests.equals(notAnsweredOf(requests));
        }

        /** Returns what this call does not ask for. A request for a whole source is answered as a whole or not at all. */
        List<Request> notAnsweredOf(List<Request> requests) {
            List<Request> rest = new ArrayList<>(requests.size());
            for (Request request : requests) {
                boolean isPart = !request.isWhole() || handles.containsAll(request.handles());
                Request left = isPart ? request.without(handles) : request;
                if (left != null) {
                    rest.add(left);
                }
            }
            return rest;
        }
    }
}
