package io.agentsecrets.examples.tools;

import io.agentsecrets.SecretValue;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where secrets are typed: a console without echo, or standard input, of which each line or all is a secret. */
public final class Input {

    private static final int LONGEST = 1 << 20;

    private final @Nullable Console console;
    private final BufferedReader in;
    private final PrintStream err;

    Input(@Nullable Console console, Reader in, PrintStream err) {
        this.console = console;
        this.in = new BufferedReader(in);
        this.err = err;
    }

    @SuppressWarnings("SystemConsoleNull") // isTerminal is asked as well
    public static Input ofThisProcess() {
        Console console = System.console();
        return new Input(
                console != null && isTerminal(console) ? console : null,
                new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()), // which reports what is no UTF-8
                System.err);
    }

    /** From JDK 22 on there is a console also where nobody sits, which tells so by a method that older ones do not have. */
    private static boolean isTerminal(Console console) {
        try {
            Method method = Console.class.getMethod("isTerminal");
            return Boolean.TRUE.equals(method.invoke(console));
        } catch (ReflectiveOperationException olderJdk) {
            return true;
        }
    }

    /** A secret for a key: asked for twice at a console, else all of standard input without a line break at its end. */
    public SecretValue newSecret(String key) {
        if (console == null) {
            return SecretValue.of(Lines.withoutLineBreak(rest()));
        }
        SecretValue first = typed("Secret for " + key + ": ");
        SecretValue second = typed("Again: ");
        if (first == null || !first.equals(second)) {
            throw new ToolException("the two were not the same; nothing was changed");
        }
        return first;
    }

    /** A line of standard input or of the console, without echo and after a question if it is not empty; null at the end. */
    public @Nullable SecretValue line(String question) {
        if (console != null) {
            return typed(question);
        }
        if (!question.isEmpty()) {
            err.println(question);
        }
        try {
            String line = in.readLine();
            return line == null ? null : SecretValue.of(line);
        } catch (IOException e) {
            throw new ToolException("standard input cannot be read (" + FileProblem.of(e) + ")");
        }
    }

    /** Whether somebody sits at a console. */
    public boolean isInteractive() {
        return console != null;
    }

    /** A line typed at the console without echo; null if there is none, or at its end. */
    public @Nullable SecretValue typed(String question) {
        Console asked = console;
        char[] typed = asked == null ? null : asked.readPassword("%s", question);
        if (typed == null) {
            return null;
        }
        SecretValue value = SecretValue.of(String.valueOf(typed));
        Arrays.fill(typed, '\0');
        return value;
    }

    private String rest() {
        StringBuilder text = new StringBuilder();
        char[] buffer = new char[4096];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                text.append(buffer, 0, count);
                if (text.length() > LONGEST) {
                    throw new ToolException("the secret is longer than " + LONGEST + " characters");
                }
            }
        } catch (IOException e) {
            throw new ToolException("standard input cannot be read (" + FileProblem.of(e) + ")");
        }
        return text.toString();
    }
}
