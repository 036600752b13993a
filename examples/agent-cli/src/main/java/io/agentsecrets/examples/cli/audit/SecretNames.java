package io.agentsecrets.examples.cli.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells which keys name secrets. The last words of a key decide: {@code db_password} and {@code bindPassword} name one, and
 * {@code password_file}, {@code token_ttl} and {@code secretName} do not.
 */
final class SecretNames {

    /** Between {@code api} and {@code Key}, {@code AP} and {@code Ikey}, and at every sign. */
    private static final Pattern BORDER =
            Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private static final Pattern PASSWORD = Pattern.compile(
            ".*(password|passwd|passphrase|passcode)s?|pass|pwd|pw|pin|psk|(community|communities)|(bind|db|my|root|user)(pass|pwd|pw)");
    private static final Pattern OTHER = Pattern.compile(
            ".*(secret|token|apikey|appkey|privatekey|secretkey|accesskey|authkey|privkey|credential)s?");

    /** The words before {@code key} that make it a secret. Many other keys are columns, labels or public. */
    private static final Set<String> KEYS = Set.of(
            ("access account api app application auth cookie encryption hmac jwt license master priv private secret service"
                            + " session shared signing ssh storage subscription")
                    .split(" "));

    /** Words that make a key a question, answered by yes or no: {@code use_token}, {@code ALLOW_EMPTY_PASSWORD}. */
    private static final Set<String> QUESTIONS =
            Set.of("allow", "disable", "empty", "enable", "enabled", "has", "is", "require", "skip", "use");

    private SecretNames() {}

    /** Whether a value under this key is a secret. */
    static boolean isSecret(String key) {
        List<String> words = words(key);
        return isPassword(key) || (isAbout(words) && (OTHER.matcher(last(words)).matches() || isSecretKey(words)));
    }

    /** Whether a value under this key is a secret that people choose, which may be a number. */
    static boolean isPassword(String key) {
        List<String> words = words(key);
        if (!isAbout(words)) {
            return false;
        }
        boolean community = words.size() > 1 && words.get(words.size() - 2).equals("community");
        return PASSWORD.matcher(last(words)).matches()
                || (community && last(words).equals("string"));
    }

    /** Whether this key may name a secret, so that the form of the value decides. */
    static boolean isKey(String key) {
        String last = last(words(key));
        return last.equals("key") || last.equals("keys");
    }

    private static boolean isSecretKey(List<String> words) {
        return (last(words).equals("key") || last(words).equals("keys"))
                && words.size() > 1
                && KEYS.contains(words.get(words.size() - 2));
    }

    private static boolean isAbout(List<String> words) {
        return words.stream().noneMatch(QUESTIONS::contains);
    }

    private static String last(List<String> words) {
        return words.isEmpty() ? "" : words.get(words.size() - 1);
    }

    private static List<String> words(String key) {
        List<String> words = new ArrayList<>();
        for (String word : BORDER.split(key, -1)) {
            if (!word.isEmpty()) {
                words.add(word.toLowerCase(Locale.ROOT));
            }
        }
        return words;
    }
}
