package io.agentsecrets.examples.keyring;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.SmallFile;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An INI-style configuration whose values may be handles of the form {@code ^key}.
 *
 * <p>A line is {@code [section]}, {@code name = value} or {@code name: value} (whichever sign comes first), a comment that begins
 * with {@code #} or {@code ;}, or blank. Blanks around names and values do not count; a value ends with its line, has no quotes
 * and no comment of its own, so it may hold any sign. What stands before the first section belongs to the section without
 * a name. A name may stand once in a section, and a section once in a file.
 */
final class AppConfig {

    private static final int LARGEST = 16 << 20;
    private static final HandleSyntax SYNTAX = HandleSyntax.caret();

    private final String source;
    private final Map<String, Map<String, String>> sections;

    private AppConfig(String source, Map<String, Map<String, String>> sections) {
        this.source = source;
        this.sections = sections;
    }

    /**
     * A value that is a handle.
     *
     * @param section where it stands
     * @param name its name there
     * @param handle what it names
     */
    record Entry(String section, String name, Handle handle) {}

    /**
     * Reads a file in UTF-8.
     *
     * @throws ToolException if it cannot be read or holds another line than these; the message names the line and does not
     *     quote it
     */
    static AppConfig read(Path file) {
        try {
            return parse(String.valueOf(file.getFileName()), SmallFile.text(file, LARGEST));
        } catch (IOException e) {
            throw new ToolException(file + " cannot be read (" + FileProblem.of(e) + ")");
        }
    }

    static AppConfig parse(String source, String text) {
        Map<String, Map<String, String>> sections = new LinkedHashMap<>();
        Map<String, String> section = new LinkedHashMap<>();
        sections.put("", section);
        int number = 0;
        String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
        for (String raw : withoutMark.split("\r\n|\n|\r", -1)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.charAt(0) == '#' || line.charAt(0) == ';') {
                continue;
            }
            if (line.charAt(0) == '[') {
                section = new LinkedHashMap<>();
                addSection(sections, section, line, source, number);
                continue;
            }
            int sign = firstSign(line);
            if (sign <= 0) {
                throw refused(source, number, "neither a section nor name = value");
            }
            if (section.putIfAbsent(
                            line.substring(0, sign).strip(),
                            line.substring(sign + 1).strip())
                    != null) {
                throw refused(source, number, "a name stands twice in its section");
            }
        }
        sections.remove("", Map.of());
        return new AppConfig(source, sections);
    }

    private static void addSection(
            Map<String, Map<String, String>> sections,
            Map<String, String> section,
            String line,
            String source,
            int number) {
        if (!line.endsWith("]")) {
            throw refused(source, number, "the section has no ]");
        }
        String name = line.substring(1, line.length() - 1).strip();
        if (name.isEmpty()) {
            throw refused(source, number, "the section has no name");
        }
        if (sections.putIfAbsent(name, section) != null) {
            throw refused(source, number, "a section stands twice");
        }
    }

    private static int firstSign(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '=' || line.charAt(i) == ':') {
                return i;
            }
        }
        return -1;
    }

    private static ToolException refused(String source, int line, String problem) {
        return new ToolException(source + ", line " + line + ": " + problem);
    }

    /** The name of the file. */
    String source() {
        return source;
    }

    /** The sections by their names, as a tree for a resolver with {@link HandleSyntax#caret()}. */
    Map<String, Map<String, String>> tree() {
        return sections;
    }

    /**
     * The values that are handles, in the order of the file.
     *
     * @throws ToolException if one names no key
     */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        sections.forEach((section, values) -> values.forEach((name, value) -> {
            Optional<Handle> handle = SYNTAX.parse(value);
            handle.ifPresent(named -> entries.add(new Entry(section, name, named)));
        }));
        for (Entry entry : entries) {
            if (entry.handle().isEmpty()) {
                throw new ToolException(
                        source + ": [" + entry.section() + "] " + entry.name() + " is ^ without a key; write ^key");
            }
        }
        return entries;
    }
}
