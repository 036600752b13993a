package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every mode of a file, a folder and an interpreter, with every owner, is judged as docs/spec.md, section 5, says, and the
 * advice for each that is refused makes it right.
 */
class PosixRulesExhaustiveTest {

    private static final int ROOT = 0;
    private static final Configuration DISK = Configuration.unix().toBuilder()
            .setAttributeViews("basic", "owner", "unix")
            .build();
    private static final int GROUP = 3000;
    private static final List<Integer> OWNERS = List.of(ROOT, 1000, 2000);
    private static final List<PosixUser> USERS = List.of(
            new PosixUser("agent", 1000, Set.of(GROUP, 3001)),
            new PosixUser("agent", 1000, Set.of(3001)),
            new PosixUser("agent", 1000, Set.of()),
            new PosixUser("root", ROOT, Set.of(GROUP)),
            new PosixUser("root", ROOT, Set.of(ROOT)));

    private static final Pattern OWNER = Pattern.compile("chown (?:-h )?(\\d+|root) '");
    private static final Pattern GROUP_OF_FILE = Pattern.compile("chgrp (\\d+) '");
    private static final Pattern MODE = Pattern.compile("chmod (0\\d+|go-w) '");

    /** What the rules depend on. */
    private record Facts(int mode, int owner, int group, PosixUser user, boolean allowGroupExec) {

        private boolean has(int rights) {
            return (mode & rights) != 0;
        }

        /** "No set-uid or set-gid bit" and "no rights at all for group or other"; an allowed group "never write". */
        boolean isFine() {
            return !has(06000) && !has(0007) && !has(allowGroupExec ? 0020 : 0070) && mayBeStarted();
        }

        /** "Owned by the user that runs the agent"; if groups are allowed, "a group of the process", root's file too. */
        private boolean mayBeStarted() {
            boolean isOfGroup = user.gids().contains(group);
            return owner == user.uid() ? has(0100) : allowGroupExec && isOfGroup && has(0010);
        }

        /** "Owned by root or the running user, and not writable by group or other unless sticky". */
        boolean isFineFolder() {
            return isTrusted() && (!has(0022) || has(01000));
        }

        /** "Owned by root or the user, not writable by others". */
        boolean isFineInterpreter() {
            return isTrusted() && !has(0022);
        }

        boolean isTrusted() {
            return owner == ROOT || owner == user.uid();
        }

        /** Whether only root can change it for this user. */
        boolean isForRoot() {
            return user.uid() != ROOT && user.uid() != owner;
        }

        UnixAttributes attributes() {
            return new UnixAttributes(0100000 | mode, owner, group, true, false);
        }

        /** Returns what is left after the commands of an advice. */
        Facts following(String advice) {
            Matcher newOwner = OWNER.matcher(advice);
            Matcher newGroup = GROUP_OF_FILE.matcher(advice);
            Matcher newMode = MODE.matcher(advice);
            String digits = newMode.find() ? newMode.group(1) : "0" + Integer.toOctalString(mode);
            return new Facts(
                    digits.equals("go-w") ? mode & ~0022 : Integer.parseInt(digits, 8),
                    !newOwner.find()
                            ? owner
                            : newOwner.group(1).equals("root") ? ROOT : Integer.parseInt(newOwner.group(1)),
                    newGroup.find() ? Integer.parseInt(newGroup.group(1)) : group,
                    user,
                    allowGroupExec);
        }
    }

    /** The path leads to no file, so that no access control list allows anything. */
    @Test
    void every_file() {
        Path file = Path.of("/no/such/backend");
        for (Facts facts : everything()) {
            PosixRules rules = new PosixRules(facts.user(), facts.allowGroupExec(), true);
            String problem = rules.brokenRule(facts.attributes(), file);

            isEqual(facts, problem, facts.isFine());
            if (problem != null) {
                String advice = new Remedy(file, facts.attributes(), facts.user(), facts.allowGroupExec())
                        .adviceAt(Remedy.Place.CHANGEABLE);
                isFine(facts, advice, facts.following(advice).isFine());
                isFine(facts, advice, advice.startsWith("as root: ") == facts.isForRoot());
            }
        }
    }

    @Test
    void every_folder() throws IOException {
        try (FileSystem disk = Jimfs.newFileSystem(DISK)) {
            Path folder = Files.createDirectory(disk.getPath("/opt"));
            for (Facts facts : everything()) {
                String problem = new FolderRules(facts.user()).problemOfFolder(folder, facts.attributes());

                isEqual(facts, problem, facts.isFineFolder());
                if (problem != null) {
                    isFine(facts, problem, facts.following(problem).isFineFolder());
                    isFine(facts, problem, problem.contains("as root: ") == facts.isForRoot());
                }
            }
        }
    }

    @Test
    void every_interpreter() {
        for (Facts facts : everything()) {
            String problem = new InterpreterRules(new FolderRules(facts.user()), true)
                    .problemOf(Path.of("/bin/interpreter"), facts.attributes());

            isEqual(facts, problem, facts.isFineInterpreter());
            if (problem != null && facts.isTrusted()) {
                isFine(facts, problem, facts.following(problem).isFineInterpreter());
                isFine(facts, problem, problem.contains("as root: ") == facts.isForRoot());
            }
        }
    }

    private static List<Facts> everything() {
        List<Facts> all = new ArrayList<>();
        for (PosixUser user : USERS) {
            for (int owner : OWNERS) {
                for (int mode = 0; mode <= 07777; mode++) {
                    all.add(new Facts(mode, owner, GROUP, user, false));
                    all.add(new Facts(mode, owner, GROUP, user, true));
                }
            }
        }
        return all;
    }

    private static void isEqual(Facts facts, @Nullable String problem, boolean isFine) {
        isFine(facts, problem, (problem == null) == isFine);
    }

    private static void isFine(Facts facts, @Nullable String problem, boolean isFine) {
        if (!isFine) {
            assertThat(problem).as("mode %o of %s", facts.mode(), facts).isEqualTo("the opposite");
        }
    }
}
