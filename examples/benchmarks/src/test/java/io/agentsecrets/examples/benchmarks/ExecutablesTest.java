package io.agentsecrets.examples.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.yaml.YamlConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(OS.WINDOWS)
class ExecutablesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            {"version":"1.0","secrets":["a","b;c"]} | {"a":{"value":"decrypted_a","error":null},"b;c":{"value":"decrypted_b;c","error":null}}
            {"version":"1.0","secrets":[]}          | {}
            {"secrets" : [ "a]b" ],"type":"x"}      | {"a]b":{"value":"decrypted_a]b","error":null}}
            {"secrets":["q\\"]\\\\","ü\\n"]}        | {"q\\"]\\\\":{"value":"decrypted_q\\"]\\\\","error":null},"ü\\n":{"value":"decrypted_ü\\n","error":null}}
            """)
    void script_and_program_answer_with_the_same_bytes(String request, String reply)
            throws IOException, InterruptedException {
        byte[] bytes = request.getBytes(UTF_8);

        assertThat(new String(DecryptingBackend.reply(bytes, DecryptingBackend.startOfList(bytes)), UTF_8))
                .isEqualTo(reply);
        assertThat(answer(Executables.script(), bytes)).isEqualTo(reply);
        assertThat(answer(Executables.javaLauncher(), bytes)).isEqualTo(reply);
    }

    @Test
    void a_file_of_the_workload_is_rewritten_through_the_script() {
        SecretResolver resolver = SecretResolver.builder(
                        ExecBackend.builder(Executables.script()).build())
                .build();

        String text = YamlConfig.of("check.yaml", Workload.check(7)).rewrite(resolver);

        assertThat(text)
                .contains("password: \"decrypted_db_password_7_0\"\n")
                .contains("api_token: \"decrypted_api/token;7-1\"\n")
                .doesNotContain("ENC[");
    }

    private static String answer(Path executable, byte[] request) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(executable.toString()).start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(request);
        }
        String reply = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return reply;
    }
}
