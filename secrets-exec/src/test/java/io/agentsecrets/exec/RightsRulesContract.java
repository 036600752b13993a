package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds on every family of file systems: one table of who may do what, and whether the file is then started. */
interface RightsRulesContract {

    RightsRules rules() throws IOException;

    /** A regular file of the agent's user that this user may read and execute, and nobody else. */
    Path file();

    Path folder();

    /** Sets what may be done with the file: of {@code rwx}, each by its letter. */
    void allow(String user, String others) throws IOException;

    void giveToAStranger() throws IOException;

    @ParameterizedTest
    @CsvSource({
        "rwx, '', fine",
        "rx, '', fine",
        "rw, '', is not executable",
        "r, '', is not executable",
        "'', '', is not executable",
        "rwx, r, have rights on it",
        "rwx, w, have rights on it",
        "rwx, x, have rights on it",
        "rwx, rwx, have rights on it",
        "rw, r, have rights on it",
    })
    default void the_table_of_rights(String user, String others, String verdict) throws IOException {
        allow(user, others);

        String problem = problem(file());

        if (verdict.equals("fine")) {
            assertThat(problem).isNull();
        } else {
            assertThat(problem).contains(verdict).contains(file().toString());
        }
    }

    @Test
    default void a_file_of_a_stranger_is_refused() throws IOException {
        giveToAStranger();

        assertThat(problem(file())).isNotNull();
    }

    @Test
    default void a_folder_is_refused() throws IOException {
        assertThat(problem(folder()))
                .isEqualTo("it is not a regular file but a folder; name the program or script in it");
    }

    @Test
    default void the_report_tells_owner_and_rights() throws IOException {
        Rights rights = rules().rightsOn(file());

        assertThat(rights.details()).containsKey("owner");
        assertThat(rights.details().values()).doesNotContain("null");
        assertThat(rights.lines()).anyMatch(line -> line.startsWith("Owner username: "));
    }

    private @Nullable String problem(Path path) throws IOException {
        return rules().problemOf(path, path);
    }
}
