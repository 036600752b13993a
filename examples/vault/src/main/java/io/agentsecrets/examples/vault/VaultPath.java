package io.agentsecrets.examples.vault;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a secret: {@code mount/path#field}. The mount is the first part, the field what follows the last number sign.
 *
 * @param path mount and path, as the handle has them
 * @param field which value of the secret
 */
record VaultPath(String path, String field) {

    /** Reads the name of a handle, or returns null if it is no such place. */
    static @Nullable VaultPath parse(String name) {
        int sign = name.lastIndexOf('#');
        if (sign <= 0 || sign == name.length() - 1) {
            return null;
        }
        String path = name.substring(0, sign);
        String[] parts = path.split("/", -1);
        if (parts.length < 2) {
            return null;
        }
        for (String part : parts) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.chars().anyMatch(c -> c < ' ' || c == 127)) {
                return null;
            }
        }
        return new VaultPath(path, name.substring(sign + 1));
    }

    /** The address of the secret's data below the server's own: no part of a path can leave its place in it. */
    String location() {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            parts.add(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"));
        }
        parts.add(1, "data");
        return "/v1/" + String.join("/", parts);
    }
}
