package io.agentsecrets;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** docs/spec.md, section 1, in a few lines: what our syntax is compared with. */
final class SpecifiedEncSyntax {

    private static final String WHOLE_VALUE = "; a handle must be the whole value: ENC[handle]";

    private static final Pattern HANDLE = Pattern.compile("[ \t]*+ENC\\[(.*)][ \t]*", Pattern.DOTALL);
    private static final Pattern IN_ANY_CASE = Pattern.compile("(?i:enc)\\[.*", Pattern.DOTALL);
    private static final Pattern WITH_BLANKS = Pattern.compile("(?i:enc)[ \t]++\\[.*", Pattern.DOTALL);
    private static final Pattern JASYPT = Pattern.compile("(?i:enc)[ \t]*+\\(.*\\)", Pattern.DOTALL);

    /** All that may be said of a near miss, and when it is true. */
    private static final Map<String, Predicate<String>> PROBLEMS = Map.of(
            "this is the format of hiera-eyaml; it is sent to the backend as a handle",
            value -> value.strip().startsWith("ENC[PKCS7,"),
            "this is the format of Jasypt, not a handle; write ENC[handle]",
            value -> JASYPT.matcher(value.strip()).matches(),
            "text stands before ENC[" + WHOLE_VALUE,
            value -> value.strip().indexOf("ENC[") > 0,
            "text stands after the last ]" + WHOLE_VALUE,
            value -> value.strip().indexOf(']') > 0 && !value.strip().endsWith("]"),
            "ENC[ is not closed by ]; a value that holds ' #' or ': ' or stands in [ ] or { } must be in quotes:"
                    + " \"ENC[handle]\"",
            value -> value.indexOf(']') < value.indexOf("ENC["),
            "the value starts with a line break" + WHOLE_VALUE,
            value -> value.matches("(?s)[\r\n].*"),
            "the value ends with a line break, so it is no handle; write |- instead of | (or >- instead of >),"
                    + " or put ENC[handle] in quotes on one line",
            value -> value.matches("(?s).*[\r\n]"),
            "a blank of another kind stands beside it; only spaces and tabs may stand around ENC[handle]",
            value -> !value.equals(value.strip()) && handle(value.strip()).isPresent(),
            "a blank stands between ENC and [, so it is no handle; write ENC[handle]",
            value -> WITH_BLANKS.matcher(value.strip()).matches(),
            "ENC must be in capitals to be a handle; write ENC[handle]",
            value -> IN_ANY_CASE.matcher(value.strip()).matches());

    private SpecifiedEncSyntax() {}

    static Optional<Handle> handle(String value) {
        Matcher handle = HANDLE.matcher(value);
        return handle.matches() ? Optional.of(new Handle(handle.group(1))) : Optional.empty();
    }

    static boolean isSuspicious(String value) {
        String text = value.strip();
        return handle(value).isPresent()
                ? text.startsWith("ENC[PKCS7,")
                : text.contains("ENC[")
                        || IN_ANY_CASE.matcher(text).matches()
                        || WITH_BLANKS.matcher(text).matches()
                        || JASYPT.matcher(text).matches();
    }

    /** Whether something is one of the sentences about near misses, so that it quotes nothing, and true of a value. */
    static boolean isTrue(String problem, String value) {
        Predicate<String> truth = PROBLEMS.get(problem);
        return truth != null && truth.test(value);
    }
}
