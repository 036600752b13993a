package io.agentsecrets.resolver;

import java.io.IOException;

/** What foreign code throws at a resolver; its message holds a secret. */
enum Thrown {
    RUNTIME,
    ERROR,
    CHECKED;

    static final String SECRET = "hunter2-in-a-message";

    void raise() {
        Thrown.<RuntimeException>raise(
                switch (this) {
                    case RUNTIME -> new IllegalStateException(SECRET);
                    case ERROR -> new AssertionError(SECRET);
                    case CHECKED -> new IOException(SECRET);
                });
    }

    String type() {
        return switch (this) {
            case RUNTIME -> "java.lang.IllegalStateException";
            case ERROR -> "java.lang.AssertionError";
            case CHECKED -> "java.io.IOException";
        };
    }

    /** Throws a checked exception as other languages do. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
