package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Origin;
import io.agentsecrets.examples.cli.output.Json;
import io.agentsecrets.tree.TemplateVariables;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Map<WrittenValue, PlainSecret.Reason> found = new LinkedHashMap<>();
        for (WrittenValue value : WrittenValues.of(yaml.replace("%%", VARIABLE_MARK))) {
            PlainSecret.Reason reason = value.text().contains(VARIABLE_MARK) ? null : reason(value);
            if (reason != null) {
                found.put(value, reason);
            }
        }
        return described(file, found);
    }

    private static List<PlainSecret> described(String file, Map<WrittenValue, PlainSecret.Reason> found) {
        ShownKeys keys = new ShownKeys(found.keySet());
        HandleNames handles = new HandleNames(file);
        List<PlainSecret> secrets = new ArrayList<>();
        found.forEach((value, reason) -> {
            String handle = handles.of(keys.names(value.keys()));
            Origin place = new Origin(file, keys.path(value.path()), value.line(), value.column());
            secrets.add(new PlainSecret(place, reason, handle, line(value, keys, handle)));
        });
        return secrets;
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
        WrittenValue.Step step = value.key();
        String text = value.text();
        if (step == null || SecretForms.isSetting(text)) {
            return false;
        }
        String key = step.name();
        if (value.plain() && SecretForms.isNumber(text)) {
            return SecretNames.isPassword(key);
        }
        return SecretNames.isSecret(key)
                || (SecretNames.isKey(key) && SecretForms.isGenerated(text))
                || ADDITIONAL_ENDPOINTS.equals(value.parentKey());
    }

    /** The text to write. What stands in brackets or braces, as all of a JSON file does, is written as JSON. */
    private static String line(WrittenValue value, ShownKeys keys, String handle) {
        String written = "ENC[" + handle + "]";
        WrittenValue.Step key = value.key();
        if (value.inFlow()) {
            String pair = value.inList() || key == null ? "" : Json.quoted(keys.shown(key)) + ": ";
            return pair + Json.quoted(written);
        }
        if (value.inList()) {
            return "- " + written;
        }
        return key == null ? written : key(keys.shown(key)) + ": " + written;
    }

    private static String key(String shown) {
        return SIMPLE_KEY.matcher(shown).matches() ? shown : Json.quoted(shown);
    }
}
