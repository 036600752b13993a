package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.ShellWord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command in a refusal is followed to the letter, by the user that it names, for owners, groups and modes of all kinds of
 * an executable, its folder and its interpreter; then the executable is started.
 */
@EnabledOnOs(OS.LINUX)
class AdviceTest {

    private static final int ROOT = 0;
    private static final int USER = 54321;
    private static final int GROUP = 54322;
    private static final int STRANGER = 54399;
    private static final String FOUND = "{h=Found[value=********, timeToLive=null]}";
    private static final String COPY =
            "; it belongs to root, who lets all use it: copy it or wrap it in a script of mode 0700 that belongs to"
                    + " this user";
    private static final Pattern COMMAND =
            Pattern.compile("(?:; |, )(as root: )?((?:chmod|chown|chgrp) .*?)(?: \\([^()]*\\))?$");

    /** A rule for the file, one for its folder and one for its interpreter can be broken at the same time. */
    private static final int MOST_REFUSALS = 3;

    @TempDir
    private Path root;

    /**
     * An executable and its folder, each with an owner and a mode, for an agent with or without the group option. Its interpreter
     * stands beside it, and belongs to the owner of the folder.
     */
    private record State(
            int folderOwner, int folderMode, int owner, int group, int mode, int interpreterMode, String option) {

        Path layOut(Path root) throws IOException {
            Path folder = Files.createTempDirectory(root, "folder");
            Path interpreter = Scripts.file(folder, "interpreter", "#!/bin/sh\nexec /bin/sh \"$@\"\n", "rwx------");
            Path file = Scripts.file(
                    folder, "backend", "#!" + interpreter + "\ncat >/dev/null\n" + Scripts.REPLY + "\n", "rwx------");
            set(interpreter, folderOwner == STRANGER ? ROOT : folderOwner, group, interpreterMode);
            set(file, owner, group, mode);
            set(folder, folderOwner, group, folderMode);
            return file;
        }

        private static void set(Path path, int owner, int group, int mode) throws IOException {
            Files.setAttribute(path, "unix:uid", owner);
            Files.setAttribute(path, "unix:gid", group);
            Files.setAttribute(path, "unix:mode", mode);
        }
    }

    private static List<State> states(int user) {
        List<State> states = new ArrayList<>();
        for (String option : List.of("plain", "group")) {
            for (int folder : new int[] {user, ROOT}) {
                for (int owner : new int[] {ROOT, USER, STRANGER}) {
                    for (int group : new int[] {ROOT, GROUP, STRANGER}) {
                        for (int mode : new int[] {0700, 0755, 0750, 0600, 0770, 04755, 0}) {
                            states.add(new State(folder, 0755, owner, group, mode, 0755, option));
                        }
                    }
                }
            }
            for (int mode : new int[] {0100, 0110}) {
                states.add(new State(user, 0755, user, GROUP, mode, 0755, option));
                states.add(new State(ROOT, 0755, ROOT, GROUP, mode, 0755, option));
            }
            for (int folder : new int[] {ROOT, user, STRANGER}) {
                for (int mode : new int[] {0775, 0757, 01755, 01777}) {
                    states.add(new State(folder, mode, user, GROUP, 0700, 0775, option));
                    states.add(new State(folder, mode, ROOT, ROOT, 0755, 0757, option));
                }
            }
        }
        return states;
    }

    @BeforeEach
    void requireRoot() throws Exception {
        assumeTrue(PosixUser.ofThisProcess().uid() == ROOT, "only root can give files away and become another user");
        assumeTrue(OtherUser.runs("setpriv", "--version"), "setpriv is not installed");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @ValueSource(ints = {ROOT, USER})
    void what_a_refusal_suggests_mends_it(int user) throws Exception {
        List<String> as =
                user == ROOT ? List.of() : List.of("setpriv", "--reuid=" + USER, "--regid=" + GROUP, "--clear-groups");
        List<String> command = new ArrayList<>(as);
        command.addAll(OtherUser.readable(root, JavaProgram.commandLine(AdvisedProgram.class)));
        Process agent = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (PrintStream questions = new PrintStream(agent.getOutputStream(), true, StandardCharsets.UTF_8);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8))) {
            for (State state : states(user)) {
                Path file = state.layOut(root);
                List<String> told = new ArrayList<>();
                do {
                    questions.println(state.option() + " " + file);
                    told.add(answers.readLine());
                } while (!last(told).equals(FOUND) && told.size() <= MOST_REFUSALS && follow(last(told), file, as));
                assertThat(last(told)).as("%s: %s", state, told).isEqualTo(FOUND);
                assertThat(modeOf(file) & 0007 & ~state.mode())
                        .as("new rights of others: %s", told)
                        .isZero();
            }
        } finally {
            agent.destroyForcibly();
        }
    }

    private static String last(List<String> told) {
        return told.get(told.size() - 1);
    }

    /** Runs the command in a refusal. A program of the system is copied. */
    private static boolean follow(String refusal, Path file, List<String> asUser) throws Exception {
        if (refusal.endsWith(COPY)) {
            Files.move(file, file.resolveSibling("program"));
            return runs(
                    List.of(),
                    "install -m 0700 " + owned(asUser) + ShellWord.of(file.resolveSibling("program")) + " "
                            + ShellWord.of(file));
        }
        Matcher command = COMMAND.matcher(refusal);
        return command.find() && runs(command.group(1) == null ? asUser : List.of(), command.group(2));
    }

    private static String owned(List<String> asUser) {
        return asUser.isEmpty() ? "" : "-o " + USER + " ";
    }

    private static boolean runs(List<String> asUser, String command) throws InterruptedException {
        List<String> words = new ArrayList<>(asUser);
        words.addAll(List.of("sh", "-c", command));
        return OtherUser.runs(words.toArray(new String[0]));
    }

    private static int modeOf(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode");
    }
}
