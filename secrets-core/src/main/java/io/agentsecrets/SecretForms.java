package io.agentsecrets;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;

/** What may be printed of a secret in its place, where no decoder could find the secret itself. */
final class SecretForms {

    /** Lines of a longer secret are looked for only if they are this long. */
    private static final int SHORTEST_LINE = 8;

    private SecretForms() {}

    /**
     * Returns the secret itself, without outer blanks, as {@link OneLine} prints it, and line by line. Nearly always these
     * are all the same.
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
        addLines(secret, forms);
        if (secret.length() < Beginnings.LENGTH) {
            addInBase64(secret, forms);
        }
    }

    /** A key of many lines is printed a line at a time, so each line that could identify it counts. */
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

    /** Decoded by chance, short secrets are anywhere; so they are looked for where they alone were encoded. */
    private static void addInBase64(String secret, Set<String> forms) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
