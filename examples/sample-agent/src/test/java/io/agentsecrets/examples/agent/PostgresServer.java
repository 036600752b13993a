package io.agentsecrets.examples.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL on loopback, in a folder of its own. It refuses to run as root, so root starts it as another user. */
final class PostgresServer {

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path folder;
    private final List<String> prefix;
    private final int port;

    /** Creates a database in an empty folder and starts it. */
    PostgresServer(Path folder) throws Exception {
        this.programs = installed().orElseThrow();
        this.folder = folder;
        this.prefix = "root".equals(System.getProperty("user.name")) ? asAnotherUser(folder) : List.of();
        this.port = freePort();
        Path password = Files.writeString(folder.resolve("password"), "admin\n");
        giveAway(password);
        run("initdb", "-D", data(), "-U", "admin", "-A", "scram-sha-256", "--pwfile=" + password, "--no-sync");
        String options = "-c port=" + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
                + " -c log_min_messages=fatal";
        run("pg_ctl", "-D", data(), "-w", "-t", "240", "-l", log().toString(), "-o", options, "start");
    }

    /** Returns the folder of the newest version that is installed. */
    static Optional<Path> installed() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(programs -> Files.isExecutable(programs.resolve("initdb")))
                    .max(Path::compareTo);
        }
    }

    private static List<String> asAnotherUser(Path folder) throws IOException {
        Files.setOwner(
                folder, folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        return List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
    }

    private void giveAway(Path file) throws IOException {
        Files.setOwner(file, Files.getOwner(folder));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** What the server logs: refused logins among other things. */
    private Path log() {
        return folder.resolve("log");
    }

    private void run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("postgres", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(280, TimeUnit.SECONDS);
        String text = Files.readString(output);
        Files.delete(output);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(program + " failed: " + text);
        }
    }

    /** Runs a statement as the administrator. */
    void execute(String statement) throws SQLException {
        try (Connection connection = connect("admin", "admin");
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", user, password);
    }

    /** How many logins of a user were refused. */
    long refusedLogins(String user) throws IOException {
        try (Stream<String> lines = Files.lines(log())) {
            return lines.filter(line -> line.contains("password authentication failed for user \"" + user + "\""))
                    .count();
        }
    }

    void stop() throws Exception {
        run("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop");
    }
}
