package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains why an executable cannot be started and how to fix it. */
final class StartFailure {

    private StartFailure() {}

    /**
     * Refuses a file that the system would not start.
     *
     * @throws BackendException of kind START
     */
    static void refuseWhatJavaWouldHandToAShell(CheckedFile executable) {
        String problem = executable.chain().problem();
        if (problem != null) {
            throw failure(executable.path().path(), problem);
        }
    }

    /** Whether the kernel refuses because somebody has the file open for writing (ETXTBSY). */
    static boolean isTextFileBusy(IOException e) {
        return errorNumber(e) == 26;
    }

    /**
     * Returns an error for the system's reason, whose number is read from Java's message. The message differs between
     * versions.
     */
    static BackendException explained(ProvenPath executable, IOException e) {
        return failure(executable.path(), reason(executable.path(), errorNumber(e)));
    }

    /** Returns an error for an agent that has no thread or memory left for the process. */
    static BackendException noThreadOrMemory(ProvenPath executable) {
        return failure(
                executable.path(),
                "the system has no thread or memory left for the agent; raise its limits (ulimit -u, those of the"
                        + " container or service)");
    }

    /** Returns an error for an agent that may not open the files that a start needs. */
    static BackendException noFileLeft(Path executable, String problem) {
        return failure(executable, problem + moreFiles());
    }

    private static String moreFiles() {
        return "; raise its limit (ulimit -n, LimitNOFILE of the service), or find out what keeps files open (on Linux:"
                + " ls -l /proc/" + ProcessHandle.current().pid() + "/fd)";
    }

    private static String reason(Path executable, int error) {
        return switch (error) {
            case 2 ->
                Files.exists(executable)
                        ? "something that it needs to be started, such as its interpreter or loader, does not exist;"
                                + " see what it names: " + ShellWord.command("file", executable)
                        : "no such file; " + remedyIfMissing(executable);
            case 7 ->
                "its arguments or the environment are too long; shorten secret_backend_arguments or the agent's"
                        + " environment";
            case 8 -> "its format is not known to this system; install the program for this one";
            case 11, 12 ->
                "the system has no memory or process left; raise the limits of the agent (ulimit -u, those of the"
                        + " container or service)";
            case 13 ->
                Files.isDirectory(executable)
                        ? "it is a folder; name the program or script in it"
                        : "it is not executable by this user; see that its file system is not mounted noexec, and: "
                                + ShellWord.command("chmod 0700", executable);
            case 24 -> "the agent has too many open files" + moreFiles();
            case 26 -> "it is being written (text file busy); put a new version in place by renaming it";
            case 40 -> "links that lead to themselves; name the file itself";
            case 193 ->
                "it is not a program that Windows can start; name the interpreter as the command and the script as"
                        + " its argument";
            default ->
                (error < 0 ? "the system refused without a number" : "the system refused with error " + error)
                        + "; try to start it by hand as the agent's user";
        };
    }

    /** Returns what to do about a missing file. Its path may be a whole command line. */
    static String remedyIfMissing(Path executable) {
        String path = executable.toString();
        for (int blank = path.indexOf(' '); blank > 0; blank = path.indexOf(' ', blank + 1)) {
            String program = path.substring(0, blank);
            if (Files.isRegularFile(executable.getFileSystem().getPath(program))) {
                return "write only '" + program + "' there, and what follows it in secret_backend_arguments";
            }
        }
        return "put it there, or correct its path";
    }

    /**
     * Returns what to add to the failure of an executable: a user may have the right to execute a file but not to read it,
     * which is enough for a program and not for a script.
     */
    static String remedyIfUnreadable(Path executable) {
        if (Files.isReadable(executable)) {
            return "";
        }
        try {
            UnixAttributes found = UnixAttributes.of(executable);
            PosixUser user = PosixUser.ofThisProcess();
            return "; an interpreter must read its script, and this user may not; " + Remedy.asOwner(user, found)
                    + ShellWord.command(found.uid() == user.uid() ? "chmod u+r" : "chmod g+r", executable);
        } catch (IOException | UnsupportedOperationException unknown) {
            return "";
        }
    }

    private static BackendException failure(Path executable, String problem) {
        return new BackendException(
                FailureKind.START, "the executable '" + executable + "' cannot be started: " + problem);
    }

    /**
     * Returns the system's error number, or -1. The message of the cause is read first, as it does not begin with the path,
     * which could contain anything.
     */
    private static int errorNumber(IOException e) {
        Throwable system = e.getCause() == null ? e : e.getCause();
        // compiled here, as every agent loads this class, and few ever get here
        Matcher number = Pattern.compile("error[=:] ?(\\d{1,6})").matcher(String.valueOf(system.getMessage()));
        return number.find() ? Integer.parseInt(number.group(1)) : -1;
    }
}
