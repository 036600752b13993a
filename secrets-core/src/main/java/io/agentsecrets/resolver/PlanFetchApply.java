package io.agentsecrets.resolver;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import io.agentsecrets.Redactor;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The three steps of resolving: plan (ask each source for its handles), fetch (look the values up), apply (have each source
 * written out with them). Sources are foreign code: one that throws is dropped, and the message of its exception is not
 * used.
 *
 * @param <T> what the sources are written out as
 */
final class PlanFetchApply<T extends @Nullable Object> {

    private final Map<String, Source<? extends T>> sources;
    private final Map<String, Resolution<T>> unreadable = new HashMap<>();
    private final Redactor redactor;

    /**
     * Takes the sources.
     *
     * @param redactor masks secrets in what they say
     * @throws IllegalArgumentException if two have the same name, or one has none
     */
    PlanFetchApply(Collection<? extends Source<? extends T>> sources, Redactor redactor) {
        this.redactor = redactor;
        this.sources = new LinkedHashMap<>(2 * sources.size());
        for (Source<? extends T> source : sources) {
            String name = nameOf(source);
            if (this.sources.put(name, source) != null) {
                throw new IllegalArgumentException("two sources have the name " + OneLine.of(name));
            }
        }
    }

    private static String nameOf(Source<?> source) {
        try {
            return Objects.requireNonNull(source.name());
        } catch (Throwable e) {
            throw new IllegalArgumentException("a source has no name, as asking for it failed with "
                    + ForeignCode.nameOf(e) + "; the agent's makers must mend it");
        }
    }

    /** Returns the outcome for each source, in order. */
    Map<String, Resolution<T>> run(Lookups lookups) {
        Map<String, Resolution<Map<Handle, SecretValue>>> values = lookups.lookUp(plan());
        Map<String, Resolution<T>> resolutions = new LinkedHashMap<>(2 * sources.size());
        for (Map.Entry<String, Source<? extends T>> entry : sources.entrySet()) {
            String name = entry.getKey();
            Resolution<Map<Handle, SecretValue>> found = values.get(name);
            Resolution<T> resolution = found == null ? unreadable.get(name) : apply(entry.getValue(), found);
            resolutions.put(name, Objects.requireNonNull(resolution));
        }
        return resolutions;
    }

    private Map<String, Usages> plan() {
        Map<String, Usages> usages = new LinkedHashMap<>(2 * sources.size());
        for (Map.Entry<String, Source<? extends T>> entry : sources.entrySet()) {
            String name = entry.getKey();
            try {
                usages.put(name, Objects.requireNonNull(entry.getValue().usages(), "usages"));
            } catch (Throwable e) {
                unreadable.put(name, dropped(name, "the configuration cannot be read: ", e));
            }
        }
        return usages;
    }

    private Resolution<T> apply(Source<? extends T> source, Resolution<Map<Handle, SecretValue>> values) {
        String name = values.source();
        if (values instanceof Resolution.Dropped<?> dropped) {
            return new Resolution.Dropped<>(name, dropped.reason());
        }
        try {
            return new Resolution.Resolved<>(name, source.with(values.orThrow()));
        } catch (Throwable e) {
            return dropped(name, "the configuration cannot be written out: ", e);
        }
    }

    private Resolution<T> dropped(String name, String problem, Throwable e) {
        return new Resolution.Dropped<>(
                name,
                e instanceof ConfigException reason
                        ? reason.maskedBy(redactor)
                        : new ConfigException(FailureKind.CONFIG, name, problem + ForeignCode.nameOf(e)));
    }
}
