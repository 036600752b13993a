package io.agentsecrets;

import java.util.List;

/**
 * Thrown when handles of a source could not be resolved, so that the source is dropped. {@link #failures()} lists all of
 * them, the message the first hundred:
 *
 * <pre>
 * Could not resolve 2 of 5 handles in postgres.yaml
 *   ENC[db_password] at instances/0/password (line 14): the backend has no such handle
 *   ENC[db_user] at instances/0/user (line 13): the backend gave an empty value; store one, or remove the handle
 * </pre>
 */
public final class UnresolvedHandlesException extends SecretException {

    private static final long serialVersionUID = 1L;

    /** How many failures the message lists at most; {@link #failures()} has all. */
    private static final int LISTED = 100;

    /** How many places of one handle the message lists at most. */
    private static final int LISTED_PLACES = 10;

    /** The name of the source. */
    private final String source;

    private final transient List<HandleFailure> failures;

    /**
     * Creates the exception.
     *
     * @param source the name of the source
     * @param handles how many different handles the source uses
     * @param failures every handle that failed, in the order of the source; copied
     * @param syntax how the message writes handles
     */
    public UnresolvedHandlesException(String source, int handles, List<HandleFailure> failures, HandleSyntax syntax) {
        super(message(source, handles, failures, syntax));
        this.source = source;
        this.failures = List.copyOf(failures);
    }

    /**
     * Returns the source that is dropped.
     *
     * @return the name of the source
     */
    public String source() {
        return source;
    }

    /**
     * Returns every handle of the source that failed.
     *
     * @return at least one failure, in the order of the source; empty after deserialization
     */
    public List<HandleFailure> failures() {
        return failures == null ? List.of() : failures;
    }

    private static String message(String source, int handles, List<HandleFailure> failures, HandleSyntax syntax) {
        StringBuilder text = new StringBuilder("Could not resolve ")
                .append(failures.size())
                .append(" of ")
                .append(Count.of(handles, "handle"))
                .append(" in ")
                .append(OneLine.of(source));
        for (HandleFailure failure : failures.subList(0, Math.min(LISTED, failures.size()))) {
            text.append("\n  ")
                    .append(written(failure.handle(), syntax))
                    .append(" at ")
                    .append(places(failure))
                    .append(": ")
                    .append(failure.reason());
        }
        if (failures.size() > LISTED) {
            text.append("\n  and ").append(failures.size() - LISTED).append(" more");
        }
        return text.toString();
    }

    /** Returns a handle as its syntax writes it, or its name if the syntax, which may be the agent's own, fails. */
    private static String written(Handle handle, HandleSyntax syntax) {
        try {
            return OneLine.of(syntax.format(handle));
        } catch (Throwable e) {
            return handle.toString();
        }
    }

    private static String places(HandleFailure failure) {
        StringBuilder places = new StringBuilder();
        List<Origin> origins = failure.origins();
        for (Origin origin : origins.subList(0, Math.min(LISTED_PLACES, origins.size()))) {
            places.append(places.length() == 0 ? "" : ", ").append(origin.place());
        }
        if (origins.size() > LISTED_PLACES) {
            places.append(" and ").append(Count.of(origins.size() - LISTED_PLACES, "more place"));
        }
        return places.toString();
    }
}
