package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import java.util.Map;

/** A source in a format of its own, written out as the values that it was given. */
record ListedSource(String name, Usages usages) implements Source<Map<Handle, SecretValue>> {

    static ListedSource of(String name, String... handles) {
        Usages.Builder usages = Usages.builder();
        for (String handle : handles) {
            usages.add(new Handle(handle), Origin.of(name, handle));
        }
        return new ListedSource(name, usages.build());
    }

    @Override
    public Map<Handle, SecretValue> with(Map<Handle, SecretValue> values) {
        return Map.copyOf(values);
    }
}
