package io.agentsecrets.exec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a script, read as Linux reads it ({@code fs/binfmt_script.c}).
 *
 * @param interpreter what it names after {@code #!}, or null if there is a problem
 * @param problem why it cannot be used, and how to mend it
 */
record ScriptLine(@Nullable String interpreter, @Nullable String problem) {

    /** As much of the line as Linux reads (BINPRM_BUF_SIZE). */
    static final int LONGEST = 256;

    static boolean isAnnouncedBy(byte[] beginning) {
        return beginning.length >= 2 && beginning[0] == '#' && beginning[1] == '!';
    }

    /**
     * Reads the line.
     *
     * @param beginning the first {@link #LONGEST} bytes of the file, or all of it
     * @param file its path, for the command that mends it
     */
    static ScriptLine of(byte[] beginning, String file) {
        int end = indexOf('\n', beginning);
        boolean isWhole = end < beginning.length || beginning.length < LONGEST;
        if (indexOf('\r', beginning) < end) {
            return unusable("its first line ends in a carriage return, as Windows editors write it; remove them:"
                    + " sed -i 's/\\r$//' '" + file + "'");
        }
        int from = 2;
        while (from < end && isBlank(beginning[from])) {
            from++;
        }
        int to = from;
        while (to < end && !isBlank(beginning[to])) {
            to++;
        }
        if (from == to) {
            return unusable("its first line is #! without an interpreter; write #!/bin/sh or the like");
        }
        if (to == end && !isWhole) {
            return unusable(
                    "its first line names an interpreter that is longer than the system reads; make a short link"
                            + " to it");
        }
        return named(ByteBuffer.wrap(beginning, from, to - from));
    }

    private static ScriptLine named(ByteBuffer bytes) {
        Charset ofFileNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        try {
            String name = ofFileNames.newDecoder().decode(bytes).toString();
            return name.indexOf('\0') < 0
                    ? new ScriptLine(name, null)
                    : unusable("the interpreter that its first line names holds a NUL character");
        } catch (CharacterCodingException e) {
            return unusable("the interpreter that its first line names has characters that the agent's locale has not;"
                    + " start the agent with LC_ALL=C.UTF-8, or make a link to it whose name is ASCII");
        }
    }

    private static ScriptLine unusable(String problem) {
        return new ScriptLine(null, problem);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static int indexOf(char c, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == c) {
                return i;
            }
        }
        return bytes.length;
    }
}
