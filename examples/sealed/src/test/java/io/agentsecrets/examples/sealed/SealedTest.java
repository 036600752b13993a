package io.agentsecrets.examples.sealed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import io.agentsecrets.resolver.SecretResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void a_key() {
        file = folder.resolve("keys");
        KeyFile.create(file);
    }

    private KeyFile keys() {
        return KeyFile.read(file);
    }

    private FetchResult open(String handle, @Nullable String context) {
        Map<Handle, FetchResult> results = new SealedBackend(keys(), context).fetch(Set.of(new Handle(handle)));
        return java.util.Objects.requireNonNull(results.get(new Handle(handle)));
    }

    private static String reason(FetchResult result) {
        assertThat(result).isInstanceOf(FetchResult.Failed.class);
        return ((FetchResult.Failed) result).reason();
    }

    @Test
    void what_was_sealed_opens_whatever_it_is() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder("x");
            random.ints(random.nextInt(100), 1, 0xD800).forEach(text::appendCodePoint);
            String context = random.nextBoolean() ? "" : "ctx é " + seed;

            String handle =
                    keys().seal(SecretValue.of(text.toString()), context).toHandle();

            assertThat(open(handle, context)).as("seed " + seed).isEqualTo(FetchResult.found(text.toString()));
        }
    }

    @Test
    void a_resolver_puts_it_in_place() {
        String handle = keys().seal(SecretValue.of("s3cr3t"), "prod").toHandle();
        SecretResolver resolver =
                SecretResolver.builder(new SealedBackend(keys(), "prod")).build();

        assertThat(resolver.resolve("postgres.yaml", Map.of("password", "ENC[" + handle + "]")))
                .isEqualTo(Map.of("password", "s3cr3t"));
    }

    @Test
    void a_changed_character_is_an_error_wherever_it_stands() {
        String handle = keys().seal(SecretValue.of("value canary"), "prod").toHandle();
        Random random = new Random(7);
        for (int i = 0; i < handle.length(); i++) {
            char other = "ABCDabcd0123+/=,:x".charAt(random.nextInt(18));
            if (other == handle.charAt(i)) {
                continue;
            }
            String changed = handle.substring(0, i) + other + handle.substring(i + 1);
            FetchResult result = open(changed, null);
            if (result instanceof FetchResult.Failed failed) {
                assertThat(failed.reason()).doesNotContain("canary");
            } else {
                // the last character of a Base64 group has bits that mean nothing
                assertThat(result).isEqualTo(FetchResult.found("value canary"));
                assertThat(changed.substring(i + 1)).matches("[=]*(,.*|$)");
            }
        }
    }

    @Test
    void another_key_and_another_context_are_told_apart() {
        String handle = keys().seal(SecretValue.of("canary"), "prod").toHandle();
        Path other = folder.resolve("other");
        KeyFile.create(other);

        assertThat(reason(open(handle, "staging"))).isEqualTo("it was sealed for another context than staging");
        assertThatThrownBy(() -> KeyFile.read(other).open(java.util.Objects.requireNonNull(SealedValue.parse(handle))))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("it was sealed with another key, or changed since");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db_password",
                "AES256_GCM",
                "AES256_GCM,data:,iv:,aad:,tag:",
                "AES256_GCM,data:AA==,iv:AA==,aad:,tag:AA==",
                "AES256_GCM,data:!,iv:AAAAAAAAAAAAAAAA,aad:,tag:AAAAAAAAAAAAAAAAAAAAAA==",
                "AES128_GCM,data:,iv:,aad:,tag:"
            })
    void what_is_no_sealed_value_is_an_error(String handle) {
        assertThat(reason(open(handle, null))).startsWith("no sealed value");
    }

    @Test
    void no_two_sealed_values_are_alike() {
        Set<String> handles = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            handles.add(keys().seal(SecretValue.of("v"), "").toHandle());
        }
        assertThat(handles).hasSize(1000);
    }

    @Test
    void older_keys_still_open_after_a_rotation_and_reseal_needs_them_no_more() throws IOException {
        String old = keys().seal(SecretValue.of("s3cr3t"), "prod").toHandle();
        KeyFile.rotate(file);
        String now = keys().seal(SecretValue.of("other"), "prod").toHandle();
        byte[] before = ("# é comment\r\npassword: ENC[" + old + "]\r\nother: 'ENC[" + now
                        + "]'\nplain: ENC[db]\n\u0000")
                .getBytes(StandardCharsets.ISO_8859_1);
        Path config = Files.write(folder.resolve("postgres.yaml"), before);

        assertThat(open(old, "prod")).isEqualTo(FetchResult.found("s3cr3t"));
        assertThat(Resealing.of(config, keys())).isEqualTo(1);
        assertThat(Resealing.of(config, keys())).isZero();

        String after = Files.readString(config, StandardCharsets.ISO_8859_1);
        String sealedAnew = after.substring(after.indexOf("ENC[") + 4, after.indexOf(']'));
        assertThat(after)
                .isEqualTo(new String(before, StandardCharsets.ISO_8859_1).replace(old, sealedAnew))
                .isNotEqualTo(new String(before, StandardCharsets.ISO_8859_1));
        List<String> lines = Files.readAllLines(file);
        lines.remove(2); // the old key
        Files.write(file, lines);
        assertThat(open(sealedAnew, "prod")).isEqualTo(FetchResult.found("s3cr3t"));
        assertThat(reason(open(old, "prod"))).contains("another key");
    }

    @Test
    void reseal_changes_nothing_if_one_value_cannot_be_opened() throws IOException {
        String good = keys().seal(SecretValue.of("a"), "").toHandle();
        Path other = folder.resolve("other");
        KeyFile.create(other);
        String foreign = KeyFile.read(other).seal(SecretValue.of("b"), "").toHandle();
        KeyFile.rotate(file);
        String text = "a: ENC[" + good + "]\nb: ENC[" + foreign + "]\n";
        Path config = Files.writeString(folder.resolve("c.yaml"), text);

        assertThatThrownBy(() -> Resealing.of(config, keys()))
                .hasMessageContaining("c.yaml, line 2: no key in")
                .hasMessageEndingWith("nothing was changed");
        assertThat(config).hasContent(text);
    }

    @Test
    void rotations_at_once_lose_no_key() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Integer>> rotations = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rotations.add(threads.submit(() -> KeyFile.rotate(file)));
        }
        for (Future<Integer> rotation : rotations) {
            rotation.get();
        }
        threads.shutdown();

        assertThat(Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")))
                .hasSize(6)
                .doesNotHaveDuplicates();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void others_must_not_read_the_keys() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(this::keys).hasMessageContaining("chmod 0600");
    }

    @Test
    void a_file_that_holds_something_else_is_named_by_line_and_not_quoted() throws IOException {
        Files.writeString(file, "# keys\nhunter2\n");

        assertThatThrownBy(this::keys)
                .hasMessageContaining("line 2: no key of 32 bytes in Base64")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> KeyFile.create(file)).hasMessageContaining("is there already");
    }

    @Test
    void a_key_in_the_place_of_its_file_is_not_quoted() {
        assertThatThrownBy(() -> KeyFile.read(folder.resolve("canary")))
                .hasMessageContaining("SEALED_KEY_FILE")
                .hasMessageNotContaining("canary");
    }

    @Test
    void why_a_file_cannot_be_used_is_said_in_words() {
        KeyFile.create(folder.resolve("keys-of-this"));
        KeyFile keys = KeyFile.read(folder.resolve("keys-of-this"));

        assertThatThrownBy(() -> Resealing.of(folder.resolve("none.yaml"), keys))
                .hasMessageEndingWith(
                        "none.yaml cannot be read or written (no such file or folder); nothing was changed");
        assertThatThrownBy(() -> KeyFile.create(folder.resolve("none/keys")))
                .hasMessageContaining("no such file or folder");
    }

    @Test
    void a_sealed_value_that_is_written_with_escapes_is_refused_and_not_left_behind() throws IOException {
        KeyFile.create(folder.resolve("escaped-keys"));
        KeyFile keys = KeyFile.read(folder.resolve("escaped-keys"));
        String handle = keys.seal(SecretValue.of("v"), "").toHandle();
        Path config = Files.writeString(folder.resolve("escaped.yaml"), "a: 1\nb: \"\\x45NC[" + handle + "]\"\n");

        assertThatThrownBy(() -> Resealing.of(config, keys))
                .hasMessageContaining("line 2: a sealed value that is written with escapes");
    }

    @Test
    void another_spelling_of_the_same_bytes_is_refused() {
        KeyFile.create(folder.resolve("spelling-keys"));
        String handle = KeyFile.read(folder.resolve("spelling-keys"))
                .seal(SecretValue.of("v"), "")
                .toHandle();

        assertThat(SealedValue.parse(handle)).isNotNull();
        assertThat(SealedValue.parse(handle.substring(0, handle.length() - 2))).isNull();
    }
}
