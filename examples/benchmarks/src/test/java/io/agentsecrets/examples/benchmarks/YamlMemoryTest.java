package io.agentsecrets.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.agentsecrets.yaml.YamlConfig;
import java.lang.management.ManagementFactory;
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
}
