package io.agentsecrets.examples.vault;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The place of a secret: {@code mount/path#field}. The field is what follows the last number sign. The mount is the first part, unless
 * the settings name one: then a handle is {@code path#field} below that.
 *
 * @param mount where the key-value store is mounted
 * @param path the secret in it
 * @param field which value of the secret
 */
record VaultPath(String mount, String path, String field) {

    /** What a handle must look like. */
    static String form(@Nullable String mount) {
        return mount == null
                ? "a handle must be MOUNT/PATH#FIELD, such as secret/db#password"
                : "a handle must be PATH#FIELD, such as db#password, as VAULT_KV_MOUNT names the mount";
    }

    /**
     * Reads the name of a handle.
     *
     * @param name of the handle
     * @param mount of all handles, or null if each names its own
     * @return null if it is no such place
     */
    static @Nullable VaultPath parse(String name, @Nullable String mount) {
        int sign = name.lastIndexOf('#');
        if (sign <= 0 || sign == name.length() - 1) {
            return null;
        }
        String path = name.substring(0, sign);
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            return null; // half a surrogate pair would become a question mark
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.chars().anyMatch(c -> c < ' ' || c == 127)) {
                return null;
            }
        }
        String field = name.substring(sign + 1);
        if (mount != null) {
            return new VaultPath(mount, path, field);
        }
        int slash = path.indexOf('/');
        return slash < 0 ? null : new VaultPath(path.substring(0, slash), path.substring(slash + 1), field);
    }

    /** The address of the secret's data below the server's own: no part of a path can leave its place in it. */
    String location() {
        return "/v1/" + encoded(mount) + "/data/" + encoded(path);
    }

    private static String encoded(String parts) {
        return Arrays.stream(parts.split("/", -1))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }
}
