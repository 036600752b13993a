package io.agentsecrets.examples.benchmarks;

import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import io.agentsecrets.yaml.YamlOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** 1,000 files with 4,000 handles in a warm JVM; times are for one file, and the median is the one to read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(Workload.FILES)
@Fork(3)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class ResolveAllBenchmark {

    private final ExecBackend backend =
            ExecBackend.builder(Executables.chosen()).build();
    private final SecretResolver warm = SecretResolver.builder(backend).build();
    private final List<String> names = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final Set<Handle> handles = new TreeSet<>();
    private Path folder = Path.of("");

    /** Writes the files and fills the cache of the warm resolver. */
    @Setup
    public void prepare() throws IOException {
        folder = Files.createTempDirectory("agent-secrets-benchmarks");
        Workload.writeTo(folder);
        for (int file = 0; file < Workload.FILES; file++) {
            YamlConfig config = YamlConfig.of(Workload.nameOf(file), Workload.check(file));
            names.add(config.source());
            texts.add(Workload.check(file));
            handles.addAll(config.usages().handles());
        }
        rewritten(configs(), warm);
    }

    /** Removes the files. */
    @TearDown
    public void clean() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** At most 27 µs: parse, one start of the executable for all 4,000 handles, rewrite. */
    @Benchmark
    public Object rewriteThroughExecutable() {
        return rewritten(configs(), SecretResolver.builder(backend).build());
    }

    /** At most 34 µs: the same, with the reading of the folder. */
    @Benchmark
    public Object rewriteFolderThroughExecutable() {
        YamlConfigs configs = YamlConfigs.readFolder(folder.resolve("checks"), YamlOptions.defaults());
        return rewritten(configs, SecretResolver.builder(backend).build());
    }

    /** At most 54 µs: the same to trees. */
    @Benchmark
    public Object resolveThroughExecutable() {
        var trees = configs().resolve(SecretResolver.builder(backend).build());
        trees.values().forEach(Resolution::orThrow);
        return trees;
    }

    /** All handles cached: nothing is started. */
    @Benchmark
    public Object rewriteCached() {
        return rewritten(configs(), warm);
    }

    /** The share of the executable in this: one call for the 4,000 handles. */
    @Benchmark
    public Object callAlone() {
        return backend.fetch(handles);
    }

    private YamlConfigs configs() {
        List<YamlConfig> configs = new ArrayList<>(Workload.FILES);
        for (int file = 0; file < Workload.FILES; file++) {
            configs.add(YamlConfig.of(names.get(file), texts.get(file)));
        }
        return YamlConfigs.of(configs);
    }

    private static Map<String, Resolution<String>> rewritten(YamlConfigs configs, SecretResolver resolver) {
        Map<String, Resolution<String>> texts = configs.rewrite(resolver);
        texts.values().forEach(Resolution::orThrow);
        return texts;
    }
}
