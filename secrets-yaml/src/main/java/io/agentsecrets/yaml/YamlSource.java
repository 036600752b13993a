package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A source for one of the forms in which a {@link YamlConfig} is written out. */
final class YamlSource<T extends @Nullable Object> implements Source<T> {

    private final String name;
    private final Supplier<Usages> usages;
    private final Function<Map<Handle, SecretValue>, T> writer;

    YamlSource(String name, Supplier<Usages> usages, Function<Map<Handle, SecretValue>, T> writer) {
        this.name = name;
        this.usages = usages;
        this.writer = writer;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Usages usages() {
        return usages.get();
    }

    @Override
    public T with(Map<Handle, SecretValue> values) {
        return writer.apply(values);
    }

    /** Names the source only: the text may hold passwords that nobody has replaced by handles yet. */
    @Override
    public String toString() {
        return "YamlSource[" + OneLine.of(name) + "]";
    }
}
