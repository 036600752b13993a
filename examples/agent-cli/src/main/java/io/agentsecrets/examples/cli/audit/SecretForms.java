package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.HandleSyntax;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges values by their form: some are secrets, and some are not secrets, whatever their key is. */
final class SecretForms {

    /** How many characters of a value are searched, as a value may be of any length. */
    private static final int SEARCHED = 4_000;

    /** A text that stands for a value: one that has yet to be written, or is masked or encrypted. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("<[^<>]*>|\\[[A-Z _-]+\\]|[*xX._#\\u2022-]+|\\*{4,}.*|__\\w+__"
                    + "|(?i:(your|insert|replace|enter|example)[-_ ].*|.*[-_ ](here|example)|redacted|placeholder|todo|tbd|n/a)"
                    + "|(?i:my[-_ ](password|secret|token|key))|[A-Z_]*(PASS|SECRET|TOKEN|KEY)[A-Z_]*"
                    + "|[A-Za-z0-9/+]+EXAMPLE(KEY)?|(encrypted|hmac-sha256):.*");

    /** A text that another program replaces by the value: a shell, a template engine, the agent. */
    private static final Pattern TEMPLATE =
            Pattern.compile("\\$\\{[^}]+\\}|\\$\\([^)]+\\)|\\{\\{.*\\}\\}|%%\\w+%%|<%.*%>|#\\{[^}]+\\}|\\$__\\w+");

    private static final Pattern VARIABLE = Pattern.compile("\\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%");

    /** The place of a secret in a store, a file or a variable. */
    private static final Pattern REFERENCE = Pattern.compile(
            "(?i)(op|vault|file|env|ssm|secretsmanager|gcpsm|keyvault|keyring|ref\\+\\w+|k8s_secret)[:@].*|arn:aws.*");

    private static final Pattern PATH = Pattern.compile(
            "(/(etc|var|run|opt|usr|home|root|tmp|mnt|data|secrets?|srv|proc|dev|conf|config|certs?|path|app|vault)/|~/|\\./|\\.\\./|[A-Za-z]:\\\\).*"
                    + "|[\\w./-]+\\.(pem|key|crt|cer|p12|pfx|jks|json|txt|ya?ml|conf|token|keytab)");
    private static final Pattern SWITCH = Pattern.compile(
            "(?i)true|false|yes|no|on|off|none|null|nil|~|auto|default|optional|required|disabled|enabled");
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9_]*(\\.[0-9]+)?");

    /** A URL with a password. */
    private static final Pattern URL =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\\s/?#@:]*:(?<secret>[^\\s/?#@]+)@");

    /** A field of a connection string, of a query, or of an environment: its name tells. */
    private static final Pattern FIELD = Pattern.compile("(?:^|[\\s;&?,])(?<name>[\\w.-]{1,60})=(?<secret>[^\\s;&,]+)");

    /** The data source of Go's MySQL driver. */
    private static final Pattern DSN = Pattern.compile("[^\\s:@/]+:(?<secret>[^\\s@]+)@(?:tcp|unix)?\\(.*");

    private static final Pattern HEADER = Pattern.compile("(?i)(?:basic|bearer|token|apikey)\\s+(?<secret>[^\\s]{8,})");
    private static final Pattern QUERY = Pattern.compile("(?i)\\b(select|update|insert|where)\\b");

    private static final Pattern KNOWN = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*"
            + "|https://hooks\\.slack\\.com/services/.+|https://discord(app)?\\.com/api/webhooks/.+"
            + "|(ghp|gho|ghs|github_pat|glpat|xox[abps]|sk_live|rk_live|npm|dop_v1|hvs)[-_][A-Za-z0-9_-]{16,}"
            + "|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+");
    private static final Pattern GENERATED =
            Pattern.compile("(?=(?:[^0-9]*[0-9]){4})(?=(?:[^A-Za-z]*[A-Za-z]){4})[A-Za-z0-9+/_-]{20,}={0,2}");

    private SecretForms() {}

    /** Whether the secret is not in this text: it is empty, a placeholder, a handle, a variable, or the place of a secret. */
    static boolean isElsewhere(String value) {
        String text = value.strip();
        return text.isEmpty() || isHandle(value) || (text.length() <= SEARCHED && isToBeFilledIn(text));
    }

    private static boolean isToBeFilledIn(String text) {
        return PLACEHOLDER.matcher(text).matches()
                || TEMPLATE.matcher(text).find()
                || VARIABLE.matcher(text).matches()
                || REFERENCE.matcher(text).matches();
    }

    /** A near miss counts as a handle; {@code configcheck} warns of it. */
    private static boolean isHandle(String value) {
        return HandleSyntax.enc().parse(value).isPresent()
                || HandleSyntax.enc().nearMiss(value).isPresent();
    }

    /** Whether it is a switch or a path, which also stand under keys like {@code password}. */
    static boolean isSetting(String value) {
        String text = value.strip();
        return SWITCH.matcher(text).matches()
                || (text.length() <= SEARCHED && PATH.matcher(text).matches());
    }

    static boolean isNumber(String value) {
        return NUMBER.matcher(value).matches();
    }

    /** Whether a part of it is a password. */
    static boolean holdsPassword(String value) {
        return !passwords(value).isEmpty();
    }

    /** The passwords that are parts of it. */
    static Set<String> passwords(String value) {
        String text = value.strip();
        String searched = text.substring(0, Math.min(text.length(), SEARCHED));
        Set<String> found = new HashSet<>();
        URL.matcher(searched).results().map(url -> url.group(1)).forEach(found::add);
        Matcher dsn = DSN.matcher(searched);
        if (dsn.matches()) {
            found.add(dsn.group("secret"));
        }
        Matcher header = HEADER.matcher(searched);
        if (header.matches()) {
            found.add(header.group("secret"));
        }
        found.removeIf(SecretForms::isElsewhere);
        if (!QUERY.matcher(searched).find()) {
            found.addAll(fields(searched));
        }
        return found;
    }

    private static List<String> fields(String text) {
        return FIELD.matcher(text)
                .results()
                .filter(field -> SecretNames.isSecret(field.group(1)) && isFieldValue(field.group(2)))
                .map(field -> field.group(2))
                .toList();
    }

    private static boolean isFieldValue(String text) {
        return !isElsewhere(text) && !isSetting(text) && !isNumber(text);
    }

    /** Whether it has the form of a private key or of a token that a known service gives. */
    static boolean isKnown(String value) {
        String text = value.strip();
        return KNOWN.matcher(text.substring(0, Math.min(text.length(), SEARCHED)))
                .matches();
    }

    /** Whether a part of it has such a form. */
    static boolean holdsKnown(String value) {
        return KNOWN.matcher(value).find();
    }

    /** Whether it looks generated: long, with at least four letters and four digits. */
    static boolean isGenerated(String value) {
        String text = value.strip();
        return text.length() <= 200 && GENERATED.matcher(text).matches();
    }
}
