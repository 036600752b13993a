package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is noticed between the check of a file and its start. */
@DisabledOnOs(OS.WINDOWS)
class CheckedFileTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void a_file(@TempDir Path other) throws IOException {
        file = Files.writeString(other.resolve("backend"), "#!/bin/sh\n");
    }

    @Test
    void a_file_that_stays_as_it_is_has_not_changed() throws IOException {
        CheckedFile checked = before(file);

        Files.readString(file);

        assertThat(checked.hasChanged()).isFalse();
        assertThat(checked.path().path()).isEqualTo(file);
    }

    @Test
    void another_file_in_its_place_is_noticed() throws IOException {
        CheckedFile checked = before(file);

        replace(file, "#!/bin/sh\n");

        assertThat(checked.hasChanged()).isTrue();
    }

    @Test
    void a_file_that_was_away_and_came_back_is_noticed() throws IOException {
        CheckedFile checked = before(file);
        Path away = folder.resolve("away");
        awaitNextTick();

        Files.move(file, away);
        Files.writeString(file, "#!/bin/evil\n");
        Files.delete(file);
        Files.move(away, file);

        assertThat(checked.hasChanged()).isTrue();
    }

    @Test
    void more_content_is_noticed() throws IOException {
        CheckedFile checked = before(file);

        Files.writeString(file, "echo\n", StandardOpenOption.APPEND);

        assertThat(checked.hasChanged()).isTrue();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void other_content_of_the_same_size_and_time_is_noticed() throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        CheckedFile checked = before(file);
        awaitNextTick();

        Files.writeString(file, "#!/bin/xx\n");
        Files.setLastModifiedTime(file, time);

        assertThat(checked.hasChanged()).isTrue();
    }

    @Test
    void other_rights_are_noticed() throws IOException {
        CheckedFile checked = before(file);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(checked.hasChanged()).isTrue();
    }

    @Test
    void a_link_in_its_place_is_noticed() throws IOException {
        CheckedFile checked = before(file);
        Path moved = Files.move(file, folder.resolve("moved"));

        Files.createSymbolicLink(file, moved);

        assertThat(checked.hasChanged()).isTrue();
    }

    @Test
    void a_file_that_is_gone_is_noticed() throws IOException {
        CheckedFile checked = before(file);

        Files.delete(file);

        assertThat(checked.hasChanged()).isTrue();
    }

    @Test
    void of_a_file_that_is_not_checked_nothing_is_said() throws IOException {
        CheckedFile unchecked = CheckedFile.unchecked(proven(file));

        Files.delete(file);

        assertThat(unchecked.hasChanged()).isFalse();
    }

    @Test
    void size_and_times_tell_where_there_is_no_inode() throws IOException {
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.windows().toBuilder()
                .setAttributeViews("basic", "owner", "dos", "acl", "user")
                .build())) {
            Path program = Files.writeString(disk.getPath("C:\\backend.exe"), "MZ");
            CheckedFile checked = before(program);
            assertThat(checked.hasChanged()).isFalse();

            Files.setLastModifiedTime(program, FileTime.fromMillis(1));

            assertThat(checked.hasChanged()).isTrue();
        }
    }

    private static CheckedFile before(Path path) throws IOException {
        return CheckedFile.before(proven(path));
    }

    private static ProvenPath proven(Path path) {
        return Objects.requireNonNull(ProvenPath.of(path));
    }

    private static void replace(Path file, String content) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Waits until the clock of the file system has gone on; Linux's goes by some milliseconds at once. */
    private void awaitNextTick() {
        Conditions.await("the clock of the file system goes on", () -> {
            try {
                FileTime before = (FileTime) Files.getAttribute(file, "unix:ctime");
                Path probe = Files.createTempFile(folder, "probe", null);
                return ((FileTime) Files.getAttribute(probe, "unix:ctime")).compareTo(before) > 0;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
