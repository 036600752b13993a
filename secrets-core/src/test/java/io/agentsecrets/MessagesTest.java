package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each refusal says what mends it. (What may be said of a text that is no YAML is a list of its own, in
 * {@code RewritingFuzzTest}.)
 */
class MessagesTest {

    private static final List<Path> SOURCES = List.of(
            Path.of("src/main/java"),
            Path.of("../secrets-exec/src/main/java"),
            Path.of("../examples/agent-cli/src/main/java"),
            Path.of("../examples/sample-agent/src/main/java"));

    /** Where a message begins that an operator reads. */
    private static final Pattern REFUSAL = Pattern.compile("(?:new (?:ConfigException|BackendException"
            + "|ForeignFileException|FetchResult\\.Failed|ParameterException|(?:FileFormat\\.)?Unknown)"
            + "|\\b(?:refusal|refused|failure|unusable|unwritten|unread|wrong|problems\\.add))\\(");

    private static final Pattern CHARACTER = Pattern.compile("'[\"()]'");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** The advice follows a semicolon, or the message is one: what must be, what is needed, which limit was passed. */
    private static final Pattern MEND = Pattern.compile(";|\\bmust\\b|\\bneeds\\b|did you mean|more than");

    /** What nobody can mend, and beginnings of messages whose rest is given elsewhere, with the advice. */
    private static final Pattern NO_MEND = Pattern.compile("interrupted|was closed|no source uses|failed with"
            + "|before the restart|attempt|: $|already$|^the agent that listens there $");

    /** The messages in these files all end with the same advice. */
    private static final Set<String> READERS_OF_REPLIES = Set.of("Reply.java", "ReplyParser.java");

    @Test
    void each_says_what_mends_it() throws IOException {
        List<String> messages = new ArrayList<>();
        for (Path source : SOURCES) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .filter(path ->
                                !READERS_OF_REPLIES.contains(path.getFileName().toString()))
                        .toList()) {
                    messages.addAll(messagesIn(file));
                }
            }
        }

        assertThat(messages).hasSizeGreaterThan(60);
        assertThat(messages)
                .filteredOn(message -> !MEND.matcher(message).find())
                .filteredOn(message -> !NO_MEND.matcher(message).find())
                .isEmpty();
    }

    /** The texts among the arguments of each refusal in a file, joined. */
    private static List<String> messagesIn(Path file) throws IOException {
        String source = CHARACTER.matcher(Files.readString(file)).replaceAll("'_'");
        List<String> messages = new ArrayList<>();
        Matcher refusal = REFUSAL.matcher(source);
        while (refusal.find()) {
            StringBuilder message = new StringBuilder();
            Matcher literal = LITERAL.matcher(source.substring(refusal.end(), endOfArguments(source, refusal.end())));
            while (literal.find()) {
                message.append(literal.group(1));
            }
            if (message.toString().strip().indexOf(' ') > 0) {
                messages.add(message.toString());
            }
        }
        return messages;
    }

    private static int endOfArguments(String source, int start) {
        String code = LITERAL.matcher(source.substring(start))
                .replaceAll(text -> "_".repeat(text.group().length()));
        int open = 1;
        int end = 0;
        while (open > 0) {
            char c = code.charAt(end++);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return start + end - 1;
    }
}
