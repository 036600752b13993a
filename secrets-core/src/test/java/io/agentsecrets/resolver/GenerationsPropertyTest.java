package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever the store does and whatever an agent does, no source reads values of two generations, no event is lost, and none
 * comes without a reason. What failed is repeated with {@code -Dgenerations.seed=SEED -Dgenerations.runs=1}; a longer search
 * takes more runs.
 */
class GenerationsPropertyTest {

    private static final int STEPS = 40;
    private static final int SHOWN = 5;

    @Test
    void no_source_ever_reads_two_generations_nor_misses_a_change() {
        long first = Long.getLong("generations.seed", 1);
        long runs = Long.getLong("generations.runs", 3000);
        List<String> problems = new ArrayList<>();
        for (long seed = first; seed < first + runs; seed++) {
            String problem = run(seed);
            if (problem != null) {
                problems.add(problem);
            }
        }
        assertThat(problems)
                .as(problems.size() + " of " + runs + " runs, the first being "
                        + String.join("\n", problems.subList(0, Math.min(SHOWN, problems.size()))))
                .hasSize(0);
    }

    private static @Nullable String run(long seed) {
        int step = 0;
        try {
            RandomRun run = new RandomRun(seed);
            while (run.problem() == null && step < STEPS) {
                step++;
                run.step();
            }
            if (run.problem() == null) {
                run.comeToRest();
            }
            return run.problem() == null ? null : "seed " + seed + ", step " + step + ": " + run.problem();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ", step " + step, e);
        }
    }
}
