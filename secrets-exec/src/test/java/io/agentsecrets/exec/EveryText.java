package io.agentsecrets.exec;

import java.util.function.Consumer;

/** Every text of a few parts: most faults of a reader show in one of these, and nothing depends on luck. */
final class EveryText {

    private EveryText() {}

    /** Gives every text of up to this number of parts, the empty one first. */
    static void of(String[] parts, int most, Consumer<String> test) {
        extend(new StringBuilder(), parts, most, test);
    }

    private static void extend(StringBuilder text, String[] parts, int left, Consumer<String> test) {
        test.accept(text.toString());
        for (int i = 0; i < parts.length && left > 0; i++) {
            int length = text.length();
            extend(text.append(parts[i]), parts, left - 1, test);
            text.setLength(length);
        }
    }
}
