package io.agentsecrets.resolver;

import io.agentsecrets.Count;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Loggers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;

/**
 * The log of a {@link Refresher}: the start and the end of an outage, and each handle that the backend refuses, once each. A
 * handle that is refused, because it was deleted say, does not hide an outage, and a refresh that was interrupted does not end
 * one. Used by one thread.
 */
final class RefreshLog {

    private final Logger logger;
    private final Set<Handle> refused = new HashSet<>();
    private boolean isOutage;

    RefreshLog() {
        this(Loggers.of(Refresher.class));
    }

    RefreshLog(Logger logger) {
        this.logger = logger;
    }

    /** Logs the result of a refresh of some or of all sources. */
    void log(RefreshResult result) {
        if (result.asked() == 0 || result.wasInterrupted()) {
            return;
        }
        List<HandleFailure> outages = result.failures().stream()
                .filter(failure -> failure.kind().isOutage())
                .toList();
        logRefused(result);
        if (!outages.isEmpty()) {
            logOutage(outages, secrets(result));
        } else if (isOutage) {
            logger.info("the backend answers again; it was asked for {}", secrets(result));
        } else if (!result.changed().isEmpty()) {
            logger.info("{} of {} changed", result.changed().size(), secrets(result));
        } else {
            logger.debug("none of {} changed", secrets(result));
        }
        isOutage = !outages.isEmpty();
    }

    private void logRefused(RefreshResult result) {
        refused.removeAll(result.changed().handles());
        List<HandleFailure> fresh = result.failures().stream()
                .filter(failure -> !failure.kind().isOutage() && refused.add(failure.handle()))
                .toList();
        if (!fresh.isEmpty()) {
            String text =
                    "the backend refuses {} of {}; what uses them is dropped when it resolves next. The first is {}: {}";
            logger.warn(text, facts(fresh, secrets(result)));
        }
    }

    private static String secrets(RefreshResult result) {
        return Count.of(result.asked(), "secret");
    }

    private void logOutage(List<HandleFailure> outages, String asked) {
        String text = "{} of {} could not be refreshed; those that have values keep them. The first is {}: {}";
        Object[] facts = facts(outages, asked);
        if (isOutage) { // SLF4J 1.7 has no method that takes the level
            logger.debug(text, facts);
        } else {
            logger.warn(text, facts);
        }
    }

    private static Object[] facts(List<HandleFailure> failures, String asked) {
        HandleFailure first = failures.get(0);
        return new Object[] {failures.size(), asked, first.handle(), first.reason()};
    }
}
