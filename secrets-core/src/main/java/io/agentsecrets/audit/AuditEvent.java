package io.agentsecrets.audit;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An event in the life of secrets, without their values.
 *
 * @param type what happened
 * @param failure why the handles have no new value; null unless the type is {@link Type#FAILED}
 * @param handles the secrets that it is about
 * @param sources the names of the sources that use any of them
 */
public record AuditEvent(
        Type type, @Nullable FailureKind failure, SortedSet<Handle> handles, SortedSet<String> sources) {

    /** Copies the sets. */
    public AuditEvent {
        Objects.requireNonNull(type, "type");
        handles = Collections.unmodifiableSortedSet(new TreeSet<>(handles));
        sources = Collections.unmodifiableSortedSet(new TreeSet<>(sources));
    }

    /** What happens to secrets. */
    public enum Type {
        /** The handles were given a value for the first time. */
        FETCHED,
        /** The handles have another value than before. */
        CHANGED,
        /** The handles could not be fetched, for the first time or for a new reason. */
        FAILED,
        /** The handles left the memory, as no source uses them any more. */
        FORGOTTEN
    }
}
