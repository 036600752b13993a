package io.agentsecrets.examples.benchmarks;

import java.util.Arrays;

/** The value in the middle: unlike a mean it forgives a few disturbed measurements. */
final class Medians {

    private Medians() {}

    static double of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
