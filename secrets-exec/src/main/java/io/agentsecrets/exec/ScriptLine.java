package io.agentsecrets.exec;

import io.agentsecrets.ShellWord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** The first line of a script, read as Linux reads it ({@code fs/binfmt_script.c}). */
final class ScriptLine {

    /** How many bytes of the line Linux reads (BINPRM_BUF_SIZE). */
    static final int LONGEST = 256;

    private ScriptLine() {}

    static boolean isAnnouncedBy(byte[] beginning) {
        return beginning.length >= 2 && beginning[0] == '#' && beginning[1] == '!';
    }

    /** Whether a byte order mark hides the {@code #!} from the system. */
    static boolean isBehindMark(byte[] beginning) {
        return beginning.length >= 5
                && (beginning[0] & 0xff) == 0xef
                && (beginning[1] & 0xff) == 0xbb
                && (beginning[2] & 0xff) == 0xbf
                && isAnnouncedBy(Arrays.copyOfRange(beginning, 3, 5));
    }

    /**
     * Reads the line.
     *
     * @param beginning the first {@link #LONGEST} bytes of the file, or all of it
     */
    static FileFormat of(byte[] beginning, Path file) {
        int end = indexOf('\n', beginning);
        boolean isWhole = end < beginning.length || beginning.length < LONGEST;
        if (indexOf('\r', beginning) < end) {
            return new FileFormat.Unknown(
                    "its first line ends in a carriage return, as Windows editors write it; remove them: "
                            + ShellWord.command("sed -i 's/\\r$//'", file));
        }
        int from = next(false, beginning, 2, end);
        int to = next(true, beginning, from, end);
        if (from == to) {
            return new FileFormat.Unknown("its first line is #! without an interpreter; write #!/bin/sh or the like");
        }
        if (to == end && !isWhole) {
            return new FileFormat.Unknown(
                    "its first line names an interpreter that is longer than the system reads; make a short link"
                            + " to it");
        }
        return ofInterpreter(ByteBuffer.wrap(beginning, from, to - from), file.getFileSystem());
    }

    private static FileFormat ofInterpreter(ByteBuffer bytes, FileSystem disk) {
        Charset ofFileNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        String name;
        Path interpreter;
        try {
            name = ofFileNames.newDecoder().decode(bytes).toString();
            interpreter = disk.getPath(name);
        } catch (CharacterCodingException | InvalidPathException e) {
            return new FileFormat.Unknown(
                    "its first line names an interpreter by characters that the agent's locale or a path has not;"
                            + " start the agent with LC_ALL=C.UTF-8, or make a link to it whose name is ASCII");
        }
        return Files.isRegularFile(interpreter) && Files.isExecutable(interpreter)
                ? new FileFormat.Script(interpreter)
                : new FileFormat.Unknown("the interpreter '" + name + "' that its first line names "
                        + whyNot(interpreter) + "; " + remedy(name, interpreter));
    }

    private static String whyNot(Path interpreter) {
        if (!interpreter.isAbsolute()) {
            return "is no absolute path";
        }
        return Files.exists(interpreter) ? "cannot be executed by this user" : "does not exist";
    }

    private static String remedy(String name, Path interpreter) {
        return interpreter.isAbsolute()
                ? "install it, or name another one there"
                : "write its path from the root, or #!/usr/bin/env " + name;
    }

    /** Returns where the next byte is that is a blank, or that is none; or the end. */
    private static int next(boolean blank, byte[] bytes, int start, int end) {
        int i = start;
        while (i < end && isBlank(bytes[i]) != blank) {
            i++;
        }
        return i;
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
