package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import java.nio.file.Path;

/**
 * An agent whose executable is covered by a mount after its check. It prints what a later check finds; its arguments are the
 * executable, what is mounted, and where.
 */
final class MountingProgram {

    private MountingProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        ExecutableCheck check =
                new ExecutableCheck(Path.of(arguments[0]), new ExecutableCheck.Options(false, false, false));
        CheckedFile before = kept(check);
        boolean isMounted = OtherUser.runs("mount", "--bind", arguments[1], arguments[2]);
        try {
            System.out.println(isMounted + " " + (check.requireOk() == before));
        } catch (BackendException e) {
            System.out.println(isMounted + " " + e.getMessage());
        }
    }

    /** Waits until a check is kept from call to call, and returns its file. */
    static CheckedFile kept(ExecutableCheck check) {
        Conditions.await("the check is kept", () -> {
            CheckedFile file = check.requireOk();
            return check.requireOk() == file;
        });
        return check.requireOk();
    }
}
