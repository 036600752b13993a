package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.SecretValue;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells which keys of a file may be printed. A key can be a secret itself: a token, a URL with a login, the alias of a
 * password. So only plain names are shown, and {@link SecretValue#MASK} stands for every other key.
 */
final class ShownKeys {

    private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}\\p{N}_. -]{1,60}");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[. ]+");

    private final Set<String> secrets = new HashSet<>();

    /** Takes the secrets of a file. A word such as {@code password} that is a value under itself is still a name. */
    ShownKeys(Collection<WrittenValue> found) {
        for (WrittenValue value : found) {
            WrittenValue.Step key = value.key();
            boolean isItsOwnName = key != null && key.name().equals(value.text()) && SecretNames.isSecret(key.name());
            if (!isItsOwnName) {
                secrets.add(value.text());
            }
            secrets.addAll(SecretForms.passwords(value.text()));
        }
    }

    /** The names of the keys that may be shown. */
    List<String> names(List<WrittenValue.Step> keys) {
        return keys.stream().filter(this::isShown).map(WrittenValue.Step::name).toList();
    }

    /** Returns a path for people, each key by itself shown or not. */
    String path(List<WrittenValue.Step> steps) {
        return String.join("/", steps.stream().map(this::shown).toList());
    }

    /** Returns the name of a key or index, or the mask for it. */
    String shown(WrittenValue.Step step) {
        return !step.isKey() || isShown(step) ? step.name() : SecretValue.MASK;
    }

    private boolean isShown(WrittenValue.Step key) {
        String name = key.name();
        return !key.isAlias()
                && PLAIN_NAME.matcher(name).matches()
                && !secrets.contains(name)
                && !SecretForms.holdsKnown(name)
                && !SecretForms.holdsPassword(name)
                && BETWEEN_WORDS.splitAsStream(name).noneMatch(SecretForms::isGenerated);
    }
}
