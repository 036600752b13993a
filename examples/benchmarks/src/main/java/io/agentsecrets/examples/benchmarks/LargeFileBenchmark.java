package io.agentsecrets.examples.benchmarks;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Usages;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.util.HashMap;
import java.util.Map;
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

/** One file of 2 MB with 20,000 handles, and one line of 3 MB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 4, time = 2)
public class LargeFileBenchmark {

    private static final YamlOptions WITHOUT_SCANNER =
            YamlOptions.builder().scanner(false).build();

    private final String large = Workload.large(10_000);
    private final String line = "a: '" + "x".repeat(3_000_000) + "'\nb: ENC[x]\n";
    private final Map<Handle, SecretValue> values = valuesOf(large);

    private static Map<Handle, SecretValue> valuesOf(String yaml) {
        Map<Handle, SecretValue> values = new HashMap<>();
        for (Handle handle : YamlConfig.of("large.yaml", yaml).usages().handles()) {
            values.put(handle, SecretValue.of("decrypted_" + handle.name()));
        }
        return values;
    }

    /** The file to a text. */
    @Benchmark
    public String rewrite() {
        return YamlConfig.of("large.yaml", large).text().with(values);
    }

    /** The same without the scanner. */
    @Benchmark
    public String rewriteByEngine() {
        return YamlConfig.of("large.yaml", large, WITHOUT_SCANNER).text().with(values);
    }

    /** The file to a tree. */
    @Benchmark
    public Object resolve() {
        YamlConfig config = YamlConfig.of("large.yaml", large);
        config.usages();
        return Objects.requireNonNull(config.tree().with(values));
    }

    /** The line. */
    @Benchmark
    public Usages longLine() {
        return YamlConfig.of("line.yaml", line).usages();
    }

    /** The same without the scanner. */
    @Benchmark
    public Usages longLineByEngine() {
        return YamlConfig.of("line.yaml", line, WITHOUT_SCANNER).usages();
    }
}
