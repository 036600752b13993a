package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a {@link Refresher}: the start and the end of an outage, and each handle that the backend refuses, once each. A
 * handle that is refused, because it was deleted say, does not hide an outage. Used by one thread.
 */
final class RefreshLog {

    private final Logger logger;
    private final Set<Handle> refused = new HashSet<>();
    private boolean isOutage;

    RefreshLog() {
        this(LoggerFactory.getLogger(Refresher.class));
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
            logFailures(outages, result.asked(), !isOutage);
        } else if (isOutage) {
            logger.info("the backend answers again; {} secrets were asked for", result.asked());
        } else if (!result.changed().isEmpty()) {
            logger.info("{} of {} secrets changed", result.changed().size(), result.asked());
        } else {
            logger.debug("none of {} secrets changed", result.asked());
        }
        isOutage = !outages.isEmpty();
    }

    private void logRefused(RefreshResult result) {
        refused.removeAll(result.changed().handles());
        List<HandleFailure> fresh = result.failures().stream()
                .filter(failure -> !failure.kind().isOutage() && refused.add(failure.handle()))
                .toList();
        if (!fresh.isEmpty()) {
            logFailures(fresh, result.asked(), true);
        }
    }

    private void logFailures(List<HandleFailure> failures, int asked, boolean isNew) {
        HandleFailure first = failures.get(0);
        String text = "{} of {} secrets could not be refreshed; those that have values keep them. The first is {}: {}";
        Object[] facts = {failures.size(), asked, first.handle(), first.reason()};
        if (isNew) { // SLF4J 1.7 has no method that takes the level
            logger.warn(text, facts);
        } else {
            logger.debug(text, facts);
        }
    }
}
