package io.agentsecrets.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.yaml.YamlConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reading a large text costs, counted in bytes, which do not depend on the speed of the machine. */
class YamlMemoryTest {

    private static final int MEBIBYTE = 1024 * 1024;

    private static long allocatedBy(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: &x 'b@'\nc: ENC[x]\n", "a: &x b # @\nc: ENC[x]\n", "a: &x b\nc: @ENC[x]\n"})
    void a_long_line_is_not_copied_again_and_again(String yaml) {
        String text = yaml.replace("@", " ".repeat(MEBIBYTE));

        assertThat(allocatedBy(() -> YamlConfig.of("a.yaml", text).usages())).isLessThan(50L * MEBIBYTE);
    }

    @Test
    void a_parsed_configuration_retains_a_few_times_the_size_of_its_text() {
        String text = Workload.large(10_000);
        long before = usedAfterCollection();
        YamlConfig config = YamlConfig.of("large.yaml", text);
        assertThat(config.usages().size()).isEqualTo(20_000);

        assertThat(usedAfterCollection() - before).isLessThan(7L * text.length());
        assertThat(config.source()).isEqualTo("large.yaml");
    }

    private static long usedAfterCollection() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "more: &x text for the engine\n"})
    void a_large_text_is_rewritten_in_a_small_heap(String more) throws IOException, InterruptedException {
        Process small = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        YamlMemoryTest.class.getName(),
                        more)
                .inheritIO()
                .start();

        assertThat(small.waitFor()).isZero();
    }

    /** Rewrites the large file of the workload, with 20,000 values. */
    public static void main(String[] arguments) {
        YamlConfig config = YamlConfig.of("large.yaml", Workload.large(10_000) + arguments[0]);
        Map<Handle, SecretValue> values = new HashMap<>();
        for (Handle handle : config.usages().handles()) {
            values.put(handle, SecretValue.of("decrypted_" + handle.name()));
        }
        if (config.text().with(values).contains("ENC[")) {
            throw new AssertionError("a handle is left");
        }
    }
}
