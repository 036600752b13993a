package io.agentsecrets.examples.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times whole processes side by side: each round starts every command once, so that whatever else the machine does slows
 * all of them alike. Prints the median of each and how much longer it takes than the first one.
 */
final class WholeProcesses {

    private static final int WARMUP = 2;

    private WholeProcesses() {}

    /** Takes the number of rounds, and then for each command a label, its words, and a word {@code --} to end it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        List<String> labels = new ArrayList<>();
        List<List<String>> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String word : Arrays.asList(arguments).subList(1, arguments.length)) {
            if (word.equals("--")) {
                labels.add(words.get(0));
                commands.add(List.copyOf(words.subList(1, words.size())));
                words.clear();
            } else {
                words.add(word);
            }
        }
        double[][] millis = new double[commands.size()][rounds];
        for (int round = -WARMUP; round < rounds; round++) {
            for (int i = 0; i < millis.length; i++) {
                double taken = millisOf(commands.get(i));
                if (round >= 0) {
                    millis[i][round] = taken;
                }
            }
        }
        print(labels, millis);
    }

    private static double millisOf(List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        long end = System.nanoTime();
        if (status != 0) {
            throw new IllegalStateException("exit status " + status + " of " + command);
        }
        return (end - start) / 1e6;
    }

    private static void print(List<String> labels, double[][] millis) {
        double first = Medians.of(millis[0]);
        System.out.printf("%-44s %10s %10s %10s%n", "", "median ms", "least ms", "over first");
        for (int i = 0; i < millis.length; i++) {
            double median = Medians.of(millis[i]);
            double least = Arrays.stream(millis[i]).min().orElseThrow();
            System.out.printf("%-44s %10.1f %10.1f %10.1f%n", labels.get(i), median, least, median - first);
        }
    }
}
