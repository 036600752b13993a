package io.agentsecrets.examples.benchmarks;

import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** One file of 1 KB in a warm JVM, its four handles cached, beside what SnakeYAML Engine needs to parse it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class RewriteBenchmark {

    private static final YamlOptions WITHOUT_SCANNER =
            YamlOptions.builder().scanner(false).build();
    private static final LoadSettings CORE =
            LoadSettings.builder().setSchema(new CoreSchema()).build();

    private final String check = Workload.check(0);
    private final String plain = Workload.plain(0);
    private final String anchored = Workload.anchored(0);
    private final SecretResolver resolver =
            SecretResolver.builder(secretsOf(check)).build();

    private static FakeBackend secretsOf(String yaml) {
        FakeBackend backend = new FakeBackend();
        YamlConfig.of("check.yaml", yaml)
                .usages()
                .handles()
                .forEach(handle -> backend.put(handle.name(), "decrypted_" + handle.name()));
        return backend;
    }

    /** The measure of {@link #rewrite}: the engine's events of the same file. */
    @Benchmark
    public void parseWithEngine(Blackhole events) {
        parse(check, events);
    }

    private static void parse(String yaml, Blackhole events) {
        for (Event event : new Parse(LoadSettings.builder().build()).parseString(yaml)) {
            events.consume(event);
        }
    }

    /** The measure of {@link #rewriteWithAnchor}. */
    @Benchmark
    public void parseAnchorWithEngine(Blackhole events) {
        parse(anchored, events);
    }

    /** A fifth of {@link #parseWithEngine}: an ordinary text needs no engine. */
    @Benchmark
    public String rewrite() {
        return YamlConfig.of("check.yaml", check).rewrite(resolver);
    }

    /** At most 1.2 times {@link #parseWithEngine}. */
    @Benchmark
    public String rewriteByEngine() {
        return YamlConfig.of("check.yaml", check, WITHOUT_SCANNER).rewrite(resolver);
    }

    /** The same file with an anchor, which only the engine reads. */
    @Benchmark
    public String rewriteWithAnchor() {
        return YamlConfig.of("check.yaml", anchored).rewrite(resolver);
    }

    /** What the engine needs for a tree. */
    @Benchmark
    public Object loadWithEngine() {
        return new Load(CORE).loadFromString(check);
    }

    /** The same file as a tree: a fifth of {@link #loadWithEngine}. */
    @Benchmark
    public Object resolve() {
        return Objects.requireNonNull(YamlConfig.of("check.yaml", check).resolve(resolver));
    }

    /** The measure of {@link #resolveWithAnchor}. */
    @Benchmark
    public Object loadAnchorWithEngine() {
        return new Load(CORE).loadFromString(anchored);
    }

    /** The file with an anchor as a tree. */
    @Benchmark
    public Object resolveWithAnchor() {
        return Objects.requireNonNull(YamlConfig.of("check.yaml", anchored).resolve(resolver));
    }

    /** A file without handles: no parse, so far below a microsecond. */
    @Benchmark
    public String rewriteWithoutHandles() {
        return YamlConfig.of("plain.yaml", plain).rewrite(resolver);
    }
}
