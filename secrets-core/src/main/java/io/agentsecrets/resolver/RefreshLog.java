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
 * handle that is refused, because it was deleted say, does not hide an outage. Used by one thread.
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
        if (result.asked() == 0) {
            return;
        }
        List<HandleFailure> outages = result.failures().stream()
                .filter(failure -> failure.kind().isOutage())
                .toList();
        logRefused(result);
        if (!outages.isEmpty()) {
            logFailures(outages, secrets(result), !isOutage);
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
            logFailures(fresh, secrets(result), true);
        }
    }

    private static String secrets(RefreshResult result) {
        return Count.of(result.asked(), "secret");
    }

    private void logFailures(List<HandleFailure> failures, String asked, boolean isNew) {
        HandleFailure first = failures.get(0);
        String text = "{} of {} could not be refreshed; those that have values keep them. The first is {}: {}";
        Object[] facts = {failures.size(), asked, first.handle(), first.reason()};
        if (isNew) { // SLF4J 1.7 has no method that takes the level
            logger.warn(text, facts);
        } else {
            logger.debug(text, facts);
        }
    }
}
