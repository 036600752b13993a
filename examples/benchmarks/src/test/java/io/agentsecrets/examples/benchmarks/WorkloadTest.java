package io.agentsecrets.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Numbers can be compared from year to year only if the bytes that are measured stay the same. */
class WorkloadTest {

    @Test
    void check_files_are_the_bytes_that_were_always_measured() throws NoSuchAlgorithmException {
        assertThat(sha256(allFiles(Workload::check)))
                .isEqualTo("875f8718885d6a7d4976d821dfb0d315ced7aba400477c14400f8b0c3737e215");
    }

    @Test
    void files_without_handles_are_the_bytes_that_were_always_measured() throws NoSuchAlgorithmException {
        assertThat(sha256(allFiles(Workload::plain)))
                .isEqualTo("9454df6820a13ef7eacda3ac86f0e961ef6cf4e7092bb192f2990d88a7e62782");
    }

    @Test
    void large_and_deep_files_are_the_bytes_that_were_always_measured() throws NoSuchAlgorithmException {
        assertThat(sha256(Workload.large(10_000)))
                .isEqualTo("1bba5f3719ce61d3197d17d0a919f26ce515e56bf8fd6173b57f1180907016db");
        assertThat(sha256(Workload.deep(100)))
                .isEqualTo("602f0d84adc0353c1207b15ae88246527c2fd1a9e88c3131e9431242b5170d96");
        assertThat(sha256(Workload.deep(40)))
                .isEqualTo("2a60b88f4b150c865ff5ef927aab59f45c222f03803814273c279b86cdb0278d");
    }

    private static String allFiles(IntFunction<String> text) {
        return IntStream.range(0, Workload.FILES).mapToObj(text).collect(Collectors.joining());
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
