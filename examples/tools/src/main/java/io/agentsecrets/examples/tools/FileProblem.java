package io.agentsecrets.examples.tools;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be read or written, in words of the system: never what is in it. */
public final class FileProblem {

    private FileProblem() {}

    /**
     * Describes a failure of a file system, such as {@code No space left on device}.
     *
     * @param failure what a method of {@link java.nio.file.Files} or of a file's channel threw
     * @return a few words
     */
    public static String of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof CharacterCodingException) {
            return "not UTF-8";
        }
        String words = failure instanceof FileSystemException ofFile ? ofFile.getReason() : failure.getMessage();
        boolean isOfSystem = failure instanceof FileSystemException || failure.getClass() == IOException.class;
        return isOfSystem && words != null ? words : failure.getClass().getSimpleName();
    }
}
