package io.agentsecrets.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JDBC check at a real PostgreSQL whose roles and passwords change while it runs. */
class PostgresTest {

    private static PostgresServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start(@TempDir Path database) throws Exception {
        assumeTrue(PostgresServer.installed().isPresent(), "PostgreSQL is not installed in /usr/lib/postgresql");
        server = new PostgresServer(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.stop();
        }
    }

    /** The check: it connects and asks who it is. */
    private static boolean check(Map<Handle, SecretValue> login) {
        String user = text(login, "user");
        try (Connection connection = server.connect(user, text(login, "password"));
                Statement sql = connection.createStatement();
                ResultSet result = sql.executeQuery("SELECT current_user")) {
            assertThat(result.next()).isTrue();
            assertThat(result.getString(1)).isEqualTo(user);
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as("a refused password").isEqualTo("28P01");
            return false;
        }
    }

    private static String text(Map<Handle, SecretValue> login, String handle) {
        return Objects.requireNonNull(login.get(new Handle(handle))).reveal();
    }

    @Test
    void a_check_goes_on_with_the_new_password_and_tries_the_old_one_once_at_most() throws Exception {
        server.execute("CREATE ROLE agent LOGIN PASSWORD 'p1'");
        Store store = new Store(folder, "agent", "p1");
        Login login = new Login(store.resolver(), Store.SOURCE, PostgresTest::check);
        assertThat(login.logIn()).isTrue();

        server.execute("ALTER ROLE agent PASSWORD 'p2'");
        for (int run = 0; run < 20; run++) {
            assertThat(login.logIn()).isFalse();
        }
        assertThat(server.refusedLogins("agent")).isEqualTo(1);
        store.put("agent", "p2");
        store.minuteLater();
        assertThat(login.logIn()).isTrue();
        assertThat(server.refusedLogins("agent")).isEqualTo(1);

        store.minuteLater();
        server.execute("ALTER ROLE agent PASSWORD 'p3'");
        store.put("agent", "p3");
        assertThat(login.logIn()).as("the store has it already").isTrue();
        assertThat(server.refusedLogins("agent")).isEqualTo(2);
    }

    @Test
    void user_and_password_are_never_of_two_generations() throws Exception {
        server.execute("CREATE ROLE g1 LOGIN PASSWORD 'p1'");
        Store store = new Store(folder, "g1", "p1");
        Login login = new Login(store.resolver(), Store.SOURCE, PostgresTest::check);
        AtomicInteger runs = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        FutureTask<Integer> refused = new FutureTask<>(() -> {
            int failures = 0;
            while (!stopped.get()) {
                failures += login.logIn() ? 0 : 1;
                runs.incrementAndGet();
            }
            return failures;
        });
        Thread checking = new Thread(refused, "check");
        checking.start();

        for (int generation = 2; generation <= 10; generation++) {
            server.execute("CREATE ROLE g" + generation + " LOGIN PASSWORD 'p" + generation + "'");
            store.put("g" + generation, "p" + generation);
            store.resolver().refresh();
            int before = runs.get();
            while (runs.get() < before + 2 && checking.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(1); // the check runs with this generation
            }
        }
        stopped.set(true);

        assertThat(refused.get(300, TimeUnit.SECONDS)).isZero();
        for (int generation = 1; generation <= 10; generation++) {
            assertThat(server.refusedLogins("g" + generation)).isZero();
        }
        assertThat(text(store.resolver().values(Store.SOURCE), "user")).isEqualTo("g10");
    }
}
