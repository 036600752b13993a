package io.agentsecrets;

/** A number with its noun, for messages. */
public final class Count {

    private Count() {}

    /**
     * Returns a number and a noun, such as {@code 1 secret} or {@code 2 secrets}.
     *
     * @param number how many there are
     * @param noun the name of one, whose plural ends in s
     * @return the words
     */
    public static String of(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
