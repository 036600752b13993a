package io.agentsecrets.examples.sealed;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Usages;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.PrivateFiles;
import io.agentsecrets.examples.tools.ToolException;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Seals the values of a configuration again, with the primary key; every other byte stays as it is. */
final class Resealing {

    private static final int LARGEST = 16 << 20;
    private static final Pattern HANDLE = Pattern.compile("ENC\\[(AES256_GCM,[A-Za-z0-9+/=,:]*)]");

    private Resealing() {}

    /**
     * Seals again what another key sealed. All of it or nothing: if one value cannot be opened, the file stays as it is.
     *
     * @return how many values were sealed again
     * @throws ToolException if a value cannot be opened, or the file cannot be read or written; it names the line
     */
    static int of(Path file, KeyFile keys) {
        try {
            Path real = file.toRealPath();
            if (!Files.isRegularFile(real) || Files.size(real) > LARGEST) {
                throw new ToolException(file + " is no file, or too large for a configuration");
            }
            return keys.whileLocked(() -> resealed(file, real, keys));
        } catch (IOException e) {
            throw new ToolException(
                    file + " cannot be read or written (" + FileProblem.of(e) + "); nothing was changed");
        }
    }

    private static int resealed(Path file, Path real, KeyFile keys) throws IOException {
        byte[] before = Files.readAllBytes(real);
        String text = new String(before, StandardCharsets.ISO_8859_1); // bytes stay bytes
        StringBuilder resealed = new StringBuilder();
        Matcher handles = HANDLE.matcher(text);
        Set<String> found = new HashSet<>();
        int count = 0;
        while (handles.find()) {
            found.add(handles.group(1));
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
        requireNoOther(file, before, found);
        if (count > 0) {
            if (!Arrays.equals(before, Files.readAllBytes(real))) {
                throw new ToolException(file + " was changed meanwhile; nothing was resealed, start again");
            }
            PrivateFiles.replace(real, resealed.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        return count;
    }

    /** A handle that an agent finds and the search does not, as it is written with escapes, would be left with its old key. */
    private static void requireNoOther(Path file, byte[] content, Set<String> found) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
            return;
        }
        Usages usages;
        try {
            usages = YamlConfig.read(name, new ByteArrayInputStream(content), YamlOptions.defaults())
                    .usages();
        } catch (ConfigException e) {
            return; // no agent can read it either
        }
        usages.forEach((handle, origins) -> {
            if (handle.name().startsWith("AES256_GCM,") && !found.contains(handle.name())) {
                throw new ToolException(
                        file + ", line " + origins.get(0).line()
                                + ": a sealed value that is written with escapes or over lines; write it plainly; nothing was changed");
            }
        });
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
