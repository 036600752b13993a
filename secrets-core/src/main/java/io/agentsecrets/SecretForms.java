package io.agentsecrets;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;

/** The forms in which a secret may be printed so that no decoder would find the secret itself. */
final class SecretForms {

    /** A line of a secret is looked for only if it has at least this many characters. */
    private static final int SHORTEST_LINE = 8;

    private SecretForms() {}

    /**
     * Returns the secret itself, without outer blanks, as {@link OneLine} prints it, in other character sets, and line by
     * line. Nearly always these are all the same.
     */
    static Set<String> of(SecretValue secret) {
        Set<String> forms = new LinkedHashSet<>();
        addAll(secret.reveal(), forms);
        addAll(secret.reveal().strip(), forms);
        forms.remove("");
        return forms;
    }

    private static void addAll(String secret, Set<String> forms) {
        forms.add(secret);
        forms.add(OneLine.of(secret));
        forms.add(OneLine.stripped(secret, secret.length()));
        addInOtherCharsets(secret, forms);
        addLines(secret, forms);
        if (secret.length() < Beginnings.LENGTH) {
            addInBase64(secret, forms);
        }
    }

    /**
     * Adds what becomes of a secret where only ASCII can be printed (in the locale C, Java writes a question mark for each other
     * character), and where it is printed in Latin-1 and read as UTF-8. Enough of it must be left to identify it.
     */
    private static void addInOtherCharsets(String secret, Set<String> forms) {
        long ascii = secret.chars().filter(c -> c < 128).count();
        if (ascii < secret.length() && ascii >= Beginnings.LENGTH) {
            forms.add(new String(secret.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII));
            forms.add(new String(secret.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }
    }

    /** A key of many lines may be printed a line at a time, so each line that is long enough to identify it counts. */
    private static void addLines(String secret, Set<String> forms) {
        if (secret.indexOf('\n') < 0 && secret.indexOf('\r') < 0) {
            return;
        }
        for (String line : secret.split("[\r\n]+", -1)) {
            if (line.strip().length() >= SHORTEST_LINE) {
                forms.add(line.strip());
            }
        }
    }

    /**
     * Text that is decoded by chance can hold any short secret, so short ones are looked for only where they alone were
     * encoded.
     */
    private static void addInBase64(String secret, Set<String> forms) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
