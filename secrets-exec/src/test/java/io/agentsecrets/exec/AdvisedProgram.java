package io.agentsecrets.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** An agent that asks the executable in each line of its input, {@code group} or {@code plain} and a path, and prints what came of it. */
final class AdvisedProgram {

    private AdvisedProgram() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", 2);
            System.out.println(PodProgram.outcome(Path.of(words[1]), words[0].equals("group")));
        }
    }
}
