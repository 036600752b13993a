package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The place of configurations in etcd. Separate from {@link EtcdChecks}, which needs an HTTP client and a JSON library: an
 * agent without etcd never loads these and starts a sixth of a second faster.
 *
 * @param url of the server
 * @param prefix of the keys
 */
record EtcdSettings(URI url, String prefix) {

    /**
     * Reads the settings {@code etcd_url} and {@code etcd_prefix}.
     *
     * @return null if there is no such setting
     * @throws ConfigException if one is wrong
     */
    static @Nullable EtcdSettings of(String source, Map<?, ?> settings) {
        Object url = settings.get("etcd_url");
        Object prefix = settings.get("etcd_prefix");
        if (url == null) {
            return null;
        }
        URI address = url instanceof String text ? address(text) : null;
        if (address != null && (prefix == null || (prefix instanceof String named && !named.isEmpty()))) {
            return new EtcdSettings(address, prefix == null ? "/agent/checks/" : (String) prefix);
        }
        throw new ConfigException(
                FailureKind.SETTINGS,
                source,
                "etcd_url must be http://HOST:PORT and etcd_prefix text that is not empty");
    }

    /** Returns an address that consists of host and port only, or null. */
    private static @Nullable URI address(String text) {
        try {
            URI address = new URI(text);
            boolean isServer = ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getHost() != null
                    && address.getPort() < 65_536;
            boolean isMore = address.getRawUserInfo() != null
                    || address.getRawQuery() != null
                    || address.getRawFragment() != null
                    || !List.of("", "/").contains(address.getRawPath());
            return isServer && !isMore ? address : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
