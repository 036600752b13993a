package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The header of a program as Linux reads it before it replaces a process (elf(5); {@code load_elf_binary} in
 * {@code fs/binfmt_elf.c}). If Linux refuses a file here, Java would pass it to a shell.
 *
 * @param is64Bit whether offsets have 64 bits
 * @param isLittleEndian the order of bytes
 * @param machine the family of processors
 * @param loader the program that loads this one, or null if none is needed
 */
record ElfHeader(
        boolean is64Bit,
        boolean isLittleEndian,
        int machine,
        @Nullable String loader) {

    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final int CLASS_32 = 1;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int BIG_ENDIAN = 2;
    private static final int EXECUTABLE = 2;
    private static final int SHARED = 3;
    private static final int SEGMENT_WITH_LOADER = 3;
    private static final int LARGEST_TABLE = 65_536;
    private static final int LONGEST_PATH = 4096;

    /**
     * Pairs of a 64-bit processor and a 32-bit one whose programs it also runs: x86, Arm, Power, SPARC (two) and s390. The
     * numbers are those of {@code elf.h}, such as {@code EM_X86_64} and {@code EM_386}.
     */
    private static final int[][] RUN_AS_WELL = {{62, 3}, {183, 40}, {21, 20}, {43, 2}, {43, 18}, {22, 22}};

    /** Whether a file that begins like this has such a header. */
    static boolean isAnnouncedBy(byte[] beginning) {
        return beginning.length > MAGIC.length
                && ByteBuffer.wrap(beginning, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** Whether this system starts such programs, judged by the program of this process. */
    boolean isOfThisSystem() {
        ElfHeader own = Own.HEADER;
        if (own == null) {
            return true; // unknown, so the start will show it
        }
        if (isLittleEndian != own.isLittleEndian) {
            return false;
        }
        return is64Bit == own.is64Bit ? machine == own.machine : own.is64Bit && own.runsAsWell(machine);
    }

    private boolean runsAsWell(int other) {
        for (int[] pair : RUN_AS_WELL) {
            if (pair[0] == machine && pair[1] == other) {
                return true;
            }
        }
        return false;
    }

    /** The header of this process's own program, which does not change. */
    private static final class Own {
        static final @Nullable ElfHeader HEADER = header();

        private static @Nullable ElfHeader header() {
            try (FileBytes bytes = FileBytes.of(Path.of("/proc/self/exe"))) {
                return of(bytes);
            } catch (IOException notLinux) {
                return null;
            }
        }
    }

    /**
     * Reads the header of a file.
     *
     * @return null if it is not a program that Linux could start on any processor
     */
    static @Nullable ElfHeader of(FileBytes file) throws IOException {
        ByteBuffer header = file.at(0, 64);
        if (header == null || (header.get(4) != CLASS_32 && header.get(4) != CLASS_64)) {
            return null;
        }
        if (header.get(5) != LITTLE_ENDIAN && header.get(5) != BIG_ENDIAN) {
            return null;
        }
        boolean is64Bit = header.get(4) == CLASS_64;
        boolean isLittleEndian = header.get(5) == LITTLE_ENDIAN;
        header.order(isLittleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int type = header.getShort(16);
        ByteBuffer segments = segments(file, header, is64Bit);
        if ((type != EXECUTABLE && type != SHARED) || segments == null) {
            return null;
        }
        ByteBuffer loader = segmentWithLoader(file, segments, is64Bit);
        return loader != null && !endsInNul(loader)
                ? null
                : new ElfHeader(is64Bit, isLittleEndian, header.getShort(18) & 0xffff, text(loader));
    }

    /** Returns the table of segments, or null if it is not where the header says or has another format. */
    private static @Nullable ByteBuffer segments(FileBytes file, ByteBuffer header, boolean is64Bit)
            throws IOException {
        long offset = is64Bit ? header.getLong(32) : header.getInt(28) & 0xffff_ffffL;
        int sizeOfOne = header.getShort(is64Bit ? 54 : 42);
        int count = header.getShort(is64Bit ? 56 : 44) & 0xffff;
        long size = (long) sizeOfOne * count;
        if (sizeOfOne != (is64Bit ? 56 : 32) || size == 0 || size > LARGEST_TABLE) {
            return null;
        }
        ByteBuffer table = file.at(offset, (int) size);
        return table == null ? null : table.order(header.order());
    }

    /** Returns the segment that names the loader, or null if there is none; empty if its place is not in the file. */
    private static @Nullable ByteBuffer segmentWithLoader(FileBytes file, ByteBuffer segments, boolean is64Bit)
            throws IOException {
        int sizeOfOne = is64Bit ? 56 : 32;
        for (int at = 0; at < segments.limit(); at += sizeOfOne) {
            if (segments.getInt(at) == SEGMENT_WITH_LOADER) {
                long offset = is64Bit ? segments.getLong(at + 8) : segments.getInt(at + 4) & 0xffff_ffffL;
                long size = is64Bit ? segments.getLong(at + 32) : segments.getInt(at + 16) & 0xffff_ffffL;
                ByteBuffer path = size < 2 || size > LONGEST_PATH ? null : file.at(offset, (int) size);
                return path == null ? ByteBuffer.allocate(0) : path;
            }
        }
        return null;
    }

    private static boolean endsInNul(ByteBuffer bytes) {
        return bytes.limit() > 0 && bytes.get(bytes.limit() - 1) == 0;
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return null;
        }
        String text = StandardCharsets.UTF_8.decode(bytes.rewind()).toString();
        return text.substring(0, text.indexOf('\0'));
    }
}
