package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Origin;
import io.agentsecrets.examples.cli.output.Json;
import io.agentsecrets.tree.TemplateVariables;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds secrets in plain text: values under the names of secrets, passwords in URLs and connection strings, and private keys
 * and tokens of known forms. docs/audit.md lists the rules.
 */
public final class PlainSecrets {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    /** Templates are read like other files: a variable may stand without quotes. */
    private static final YamlOptions TEMPLATE =
            YamlOptions.builder().variables(TemplateVariables.none()).build();

    /** Takes the place of {@code %%}, which no plain scalar may start with, and is as long. */
    private static final String VARIABLE_MARK = "\ue000\ue000";

    /** The Agent's keys for further accounts: an address with a list of keys. */
    private static final String ADDITIONAL_ENDPOINTS = "additional_endpoints";

    private static final Pattern LOGIN_IN_URL = Pattern.compile("//[^/@]*@");
    private static final Pattern SIMPLE_KEY = Pattern.compile("[A-Za-z_][\\w.-]*");

    private PlainSecrets() {}

    /**
     * Finds the secrets of one file.
     *
     * @param file its name
     * @param text YAML
     * @return what is found, in the order of the text
     * @throws ConfigException if the text cannot be read
     */
    public static List<PlainSecret> in(String file, String text) {
        String yaml = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        YamlConfig.of(file, yaml, TEMPLATE).usages();
        HandleNames names = new HandleNames(file);
        List<PlainSecret> found = new ArrayList<>();
        for (WrittenValue value : WrittenValues.of(yaml.replace("%%", VARIABLE_MARK))) {
            PlainSecret.Reason reason = value.text().contains(VARIABLE_MARK) ? null : reason(value);
            if (reason != null) {
                String handle = names.of(value.keys());
                Origin place = new Origin(file, shown(String.join("/", value.path())), value.line(), value.column());
                found.add(new PlainSecret(place, reason, handle, line(value, handle)));
            }
        }
        return found;
    }

    private static PlainSecret.@Nullable Reason reason(WrittenValue value) {
        String text = value.text();
        if (value.tagged() || SecretForms.isElsewhere(text)) {
            return null;
        }
        if (SecretForms.isKnown(text)) {
            return PlainSecret.Reason.FORM;
        }
        if (SecretForms.holdsPassword(text)) {
            return PlainSecret.Reason.EMBEDDED;
        }
        return isNamed(value) ? PlainSecret.Reason.NAME : null;
    }

    private static boolean isNamed(WrittenValue value) {
        String key = value.key();
        String text = value.text();
        if (key == null || SecretForms.isSetting(text)) {
            return false;
        }
        if (value.plain() && SecretForms.isNumber(text)) {
            return SecretNames.isPassword(key);
        }
        return SecretNames.isSecret(key)
                || (SecretNames.isKey(key) && SecretForms.isGenerated(text))
                || ADDITIONAL_ENDPOINTS.equals(value.parentKey());
    }

    /** The line to write. In brackets and braces a handle must have quotes. */
    private static String line(WrittenValue value, String handle) {
        String written = value.inFlow() ? "\"ENC[" + handle + "]\"" : "ENC[" + handle + "]";
        String key = value.key();
        if (value.inList()) {
            return "- " + written;
        }
        if (key == null) {
            return written;
        }
        return (SIMPLE_KEY.matcher(key).matches() ? key : Json.quoted(shown(key))) + ": " + written;
    }

    /** A key may be a URL with a login. */
    private static String shown(String key) {
        return LOGIN_IN_URL.matcher(key).replaceAll("//********@");
    }
}
