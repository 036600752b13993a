package io.agentsecrets.examples.sealed;

import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.PrivateFiles;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Seals the values of a configuration anew with the primary key; every other byte stays as it is. */
final class Resealing {

    private static final Pattern HANDLE = Pattern.compile("ENC\\[(AES256_GCM,[A-Za-z0-9+/=,:]*)]");

    private Resealing() {}

    /**
     * Seals anew what another key sealed. All of it or nothing: if one value cannot be opened, the file stays as it is.
     *
     * @return how many values were sealed anew
     * @throws ToolException if a value cannot be opened, or the file cannot be read or written; it names the line
     */
    static int of(Path file, KeyFile keys) {
        try {
            Path real = file.toRealPath();
            String text = new String(Files.readAllBytes(real), StandardCharsets.ISO_8859_1); // bytes stay bytes
            StringBuilder resealed = new StringBuilder();
            Matcher handles = HANDLE.matcher(text);
            int count = 0;
            while (handles.find()) {
                SealedValue sealed = SealedValue.parse(handles.group(1));
                if (sealed == null) {
                    throw new ToolException(place(file, text, handles) + "no sealed value; nothing was changed");
                }
                if (!keys.isSealedByPrimary(sealed)) {
                    String handle = resealed(sealed, keys, place(file, text, handles));
                    handles.appendReplacement(resealed, Matcher.quoteReplacement("ENC[" + handle + "]"));
                    count++;
                }
            }
            handles.appendTail(resealed);
            if (count > 0) {
                PrivateFiles.replace(real, resealed.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
            return count;
        } catch (IOException e) {
            throw new ToolException(
                    file + " cannot be read or written (" + FileProblem.of(e) + "); nothing was changed");
        }
    }

    private static String resealed(SealedValue sealed, KeyFile keys, String place) {
        String context = sealed.context();
        try {
            if (context != null) {
                return keys.seal(keys.open(sealed), context).toHandle();
            }
        } catch (ToolException e) {
            throw new ToolException(place + e.getMessage() + "; nothing was changed");
        }
        throw new ToolException(place + "its context is no text; nothing was changed");
    }

    private static String place(Path file, String text, Matcher handles) {
        long line = text.substring(0, handles.start())
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        return file + ", line " + line + ": ";
    }
}
