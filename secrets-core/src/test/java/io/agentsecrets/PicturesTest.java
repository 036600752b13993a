package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pictures in docs/design.md show the arrows that the code has, and no others. */
class PicturesTest {

    private static final JavaClasses CORE = HouseTest.CORE;
    private static final Pattern PICTURE = Pattern.compile("```mermaid\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ARROW = Pattern.compile("^ +([\\w.]+) --> ([\\w.]+)$", Pattern.MULTILINE);
    private static final Pattern ROOM = Pattern.compile("^ +(\\w+)\\[\"<b>[\\w.]+</b>(.*)\"]$", Pattern.MULTILINE);
    private static final Pattern MODULE = Pattern.compile("^module ([\\w.]+) ", Pattern.MULTILINE);
    private static final Pattern REQUIRES =
            Pattern.compile("^    requires (?:transitive )?([\\w.]+);$", Pattern.MULTILINE);

    @Test
    void the_picture_of_the_modules_shows_what_they_require() throws IOException {
        Set<String> arrows = new TreeSet<>();
        for (String module : List.of("secrets-core", "secrets-yaml", "secrets-exec")) {
            String text = Files.readString(Path.of("..", module, "src/main/java/module-info.java"));
            String name = found(MODULE, text).get(0).group(1);
            found(REQUIRES, text).forEach(required -> arrows.add(name + " --> " + required.group(1)));
        }

        assertThat(drawn(picture(0))).isEqualTo(arrows);
    }

    @Test
    void the_picture_of_the_rooms_shows_which_uses_which() throws IOException {
        Set<String> arrows = new TreeSet<>();
        for (JavaClass type : CORE) {
            for (Dependency use : type.getDirectDependenciesFromSelf()) {
                String used = room(use.getTargetClass().getBaseComponentType());
                if (!used.isEmpty() && !used.equals(room(type))) {
                    arrows.add(room(type) + " --> " + used);
                }
            }
        }

        assertThat(drawn(picture(1))).isEqualTo(arrows);
    }

    @Test
    void each_type_in_the_picture_is_in_its_room() throws IOException {
        Map<String, Set<String>> types = new TreeMap<>();
        CORE.forEach(type ->
                types.computeIfAbsent(room(type), room -> new TreeSet<>()).add(type.getSimpleName()));
        List<MatchResult> rooms = found(ROOM, picture(1));

        assertThat(rooms).hasSameSizeAs(types.keySet());
        for (MatchResult room : rooms) {
            assertThat(types.get(room.group(1)))
                    .contains(room.group(2).replace("<br/>", " ").strip().split(" ", -1));
        }
    }

    private static String picture(int number) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "design.md"));
        return found(PICTURE, page).get(number).group(1);
    }

    private static Set<String> drawn(String picture) {
        return found(ARROW, picture).stream()
                .map(MatchResult::group)
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    private static List<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    /** The package without what all have in common; empty for a type of somebody else. */
    private static String room(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals("io.agentsecrets")) {
            return "words";
        }
        return name.startsWith("io.agentsecrets.") ? name.substring("io.agentsecrets.".length()) : "";
    }
}
