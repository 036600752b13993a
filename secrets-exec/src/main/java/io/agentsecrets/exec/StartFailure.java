package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why an executable cannot be started, in words that say how to mend it.
 *
 * <p>On POSIX systems Java hands a file of unknown format to {@code /bin/sh}, so that garbage "runs". The first bytes are
 * therefore looked at here, and only programs of the system and files with a {@code #!} line are let through.
 */
final class StartFailure {

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final int ELF_CLASS = 4;
    private static final int ELF_32_BITS = 1;
    private static final int ELF_64_BITS = 2;
    private static final int ELF_MACHINE = 18;
    private static final int ELF_MACHINE_END = 20;

    /** Mach-O of 32 and 64 bits in both byte orders, and files that hold several of them. */
    private static final byte[][] MACH_O = {
        {(byte) 0xfe, (byte) 0xed, (byte) 0xfa, (byte) 0xce},
        {(byte) 0xfe, (byte) 0xed, (byte) 0xfa, (byte) 0xcf},
        {(byte) 0xce, (byte) 0xfa, (byte) 0xed, (byte) 0xfe},
        {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe},
        {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe},
    };

    /** As much of a {@code #!} line as Linux reads (BINPRM_BUF_SIZE). */
    private static final int HEADER_SIZE = 256;

    private StartFailure() {}

    /**
     * Refuses a file that the kernel would not start.
     *
     * @throws BackendException of kind START
     */
    static void refuseWhatJavaWouldHandToAShell(String executable) {
        if (File.separatorChar != '/') {
            return; // Windows has no such fallback
        }
        byte[] header = header(executable);
        String problem = header == null ? null : problemWith(header, executable);
        if (problem != null) {
            throw failure(executable, problem);
        }
    }

    private static byte @Nullable [] header(String file) {
        if (!new File(file).isFile()) {
            return null; // a named pipe would not let go of its reader
        }
        try (FileInputStream in = new FileInputStream(file)) {
            byte[] header = new byte[HEADER_SIZE];
            return Arrays.copyOf(header, Math.max(in.read(header), 0));
        } catch (IOException e) {
            return null; // one may be allowed to execute what one may not read; the start itself tells the rest
        }
    }

    private static @Nullable String problemWith(byte[] header, String executable) {
        if (header.length >= 2 && header[0] == '#' && header[1] == '!') {
            return problemWithInterpreter(header, executable);
        }
        if (header.length == 0) {
            return "the file is empty";
        }
        return isProgram(header)
                ? null
                : "it is neither a program of this system nor a script; the first line of a script must name its"
                        + " interpreter, such as #!/bin/sh";
    }

    private static boolean isProgram(byte[] header) {
        if (!isMac()) {
            return startsWith(header, ELF) && isForThisProcessor(header);
        }
        for (byte[] magic : MACH_O) {
            if (startsWith(header, magic)) {
                return true;
            }
        }
        return false;
    }

    /** Compares with the program of this process; one of 32 bits may be of another family that the kernel runs as well. */
    private static boolean isForThisProcessor(byte[] header) {
        if (header.length < ELF_MACHINE_END || header[ELF_CLASS] == ELF_32_BITS) {
            return header.length >= ELF_MACHINE_END;
        }
        byte[] own = Own.HEADER;
        return header[ELF_CLASS] == ELF_64_BITS
                && (own == null
                        || Arrays.equals(header, ELF_MACHINE, ELF_MACHINE_END, own, ELF_MACHINE, ELF_MACHINE_END));
    }

    /** The program of this process, which does not change. */
    private static final class Own {
        static final byte @Nullable [] HEADER = header("/proc/self/exe");
    }

    private static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    private static boolean startsWith(byte[] header, byte[] magic) {
        return header.length > magic.length && Arrays.equals(header, 0, magic.length, magic, 0, magic.length);
    }

    private static @Nullable String problemWithInterpreter(byte[] header, String executable) {
        String line = new String(header, 2, header.length - 2, StandardCharsets.UTF_8);
        int end = line.indexOf('\n');
        line = end < 0 ? line : line.substring(0, end);
        if (line.indexOf('\r') >= 0) {
            return "its first line ends in a carriage return, as Windows editors write it; remove them:"
                    + " sed -i 's/\\r$//' '" + executable + "'";
        }
        String command = line.strip();
        if (command.isEmpty()) {
            return "its first line is #! without an interpreter; write #!/bin/sh or the like";
        }
        File interpreter = new File(upToBlank(command));
        if (!interpreter.isAbsolute() || (interpreter.isFile() && interpreter.canExecute())) {
            return null;
        }
        return "the interpreter '" + interpreter + "' that its first line names "
                + (interpreter.exists() ? "cannot be executed by this user" : "does not exist");
    }

    private static String upToBlank(String command) {
        int end = 0;
        while (end < command.length() && command.charAt(end) != ' ' && command.charAt(end) != '\t') {
            end++;
        }
        return command.substring(0, end);
    }

    /** Whether the kernel refuses because somebody has the file open for writing (ETXTBSY). */
    static boolean isTextFileBusy(IOException e) {
        return errorNumber(e) == 26;
    }

    /** Makes an error of the system's reason. The number is read from Java's message, which differs by version. */
    static BackendException explained(String executable, IOException e) {
        return failure(executable, reason(executable, errorNumber(e)));
    }

    private static String reason(String executable, int error) {
        return switch (error) {
            case 2 ->
                Files.exists(Path.of(executable))
                        ? "something that it needs to be started, such as its interpreter or loader, does not exist"
                        : "no such file";
            case 7 -> "its arguments or the environment are too long";
            case 8 -> "its format is not known to this system";
            case 11, 12 -> "the system has no memory or process left";
            case 13 ->
                Files.isDirectory(Path.of(executable))
                        ? "it is a folder"
                        : "it is not executable by this user; chmod 0700 it, and see that its file system is not"
                                + " mounted noexec";
            case 24 -> "the agent has too many open files";
            case 26 -> "it is being written (text file busy); put a new version in place by renaming it";
            case 40 -> "links that lead to themselves";
            case 193 ->
                "it is not a program that Windows can start; name the interpreter as the command and the script as"
                        + " its argument";
            default -> error < 0 ? "the system refused without a number" : "the system refused with error " + error;
        };
    }

    private static BackendException failure(String executable, String problem) {
        return new BackendException(
                FailureKind.START, "the executable '" + executable + "' cannot be started: " + problem);
    }

    /** The cause's message does not begin with the path, which could hold anything. */
    private static int errorNumber(IOException e) {
        Throwable system = e.getCause() == null ? e : e.getCause();
        Matcher number = Pattern.compile("error[=:] ?(\\d{1,6})").matcher(String.valueOf(system.getMessage()));
        return number.find() ? Integer.parseInt(number.group(1)) : -1;
    }
}
