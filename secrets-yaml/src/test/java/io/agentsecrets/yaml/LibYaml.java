package io.agentsecrets.yaml;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** libyaml, which Python and Ruby read YAML with, through a process of Python's. */
final class LibYaml implements ForeignReader, AutoCloseable {

    private static final String PYTHON = "/usr/bin/python3";

    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    private LibYaml(Process process) {
        this.process = process;
        this.requests = new OutputStreamWriter(process.getOutputStream(), US_ASCII);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** Starts it, if this machine has it. */
    static Optional<LibYaml> start() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of(PYTHON))) {
            return Optional.empty();
        }
        Process trial = new ProcessBuilder(PYTHON, "-c", "import yaml; yaml.CSafeLoader")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return trial.waitFor() == 0 ? Optional.of(new LibYaml(startReader())) : Optional.empty();
    }

    private static Process startReader() throws IOException {
        try (InputStream script = LibYaml.class.getResourceAsStream("libyaml_reader.py")) {
            String text = new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
            return new ProcessBuilder(PYTHON, "-c", text)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }
    }

    @Override
    public String problem(String old, String rewritten, Map<String, String> values) {
        StringBuilder request = new StringBuilder(encoded(old)).append(' ').append(encoded(rewritten));
        values.forEach((handle, value) ->
                request.append(' ').append(encoded(handle)).append(':').append(encoded(value)));
        try {
            requests.write(request.append('\n').toString());
            requests.flush();
            return Objects.requireNonNull(answers.readLine(), "the process of Python has ended");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Override
    public void close() {
        process.destroy();
    }

    @Override
    public String toString() {
        return "libyaml";
    }
}
