package io.agentsecrets.examples.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check configurations below a prefix in etcd, read through the JSON gateway of its API, version 3. The key
 * {@code PREFIXredis.yaml} is the source {@code etcd:redis.yaml}. Thread-safe.
 */
public final class EtcdChecks {

    private static final Logger LOGGER = LoggerFactory.getLogger(EtcdChecks.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LARGEST_REPLY = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private final String prefix;
    private final YamlOptions options;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    private volatile int passedOver;
    private volatile Snapshot last = new Snapshot(new TreeMap<>(), 0);

    EtcdChecks(EtcdSettings settings, YamlOptions options) {
        this.url = settings.url();
        this.prefix = settings.prefix();
        this.options = options;
    }

    /**
     * The configurations that were found.
     *
     * @param texts the configurations by the name of their source
     * @param revision of the store when they were read
     */
    record Snapshot(Map<String, String> texts, long revision) {}

    /**
     * Reads all configurations. If etcd does not answer, returns the last ones; if it never did, a placeholder that says
     * so.
     */
    List<YamlConfig> configs() {
        try {
            last = read();
        } catch (IOException e) {
            if (last.revision() > 0) {
                LOGGER.warn(
                        "etcd is gone ({}); its configurations stay as they are",
                        e.getClass().getSimpleName());
                return parsedAll();
            }
            return List.of(YamlConfig.unavailable(new ConfigException(
                    FailureKind.TIMEOUT,
                    placeholder(),
                    "etcd at " + url + " does not answer (" + e.getClass().getSimpleName()
                            + "); start it, or correct etcd_url")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return parsedAll();
    }

    /** The name of the placeholder for all configurations. */
    String placeholder() {
        return Provider.ETCD.prefix() + prefix;
    }

    private List<YamlConfig> parsedAll() {
        List<YamlConfig> configs = new ArrayList<>();
        last.texts().forEach((source, text) -> configs.add(parsed(source, text)));
        return configs;
    }

    /** The last result of {@link #configs} or {@link #readAgain}. */
    Snapshot last() {
        return last;
    }

    Snapshot readAgain() throws IOException, InterruptedException {
        last = read();
        return last;
    }

    YamlConfig parsed(String source, String text) {
        return YamlConfig.of(source, text, options);
    }

    private Snapshot read() throws IOException, InterruptedException {
        CompletableFuture<Snapshot> snapshot = http.sendAsync(
                        request("/v3/kv/range", "{" + range() + "}").build(), HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(this::snapshot);
        try {
            return snapshot.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            snapshot.cancel(true);
            throw new HttpTimeoutException("no whole reply in time");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException("no reply of etcd");
        }
    }

    private Snapshot snapshot(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(LARGEST_REPLY);
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            return snapshot(JSON.readTree(bytes));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private Snapshot snapshot(JsonNode reply) {
        Map<String, String> texts = new TreeMap<>();
        int others = 0;
        for (JsonNode pair : reply.path("kvs")) {
            String key = decoded(pair.path("key"));
            String name = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
            if (name.matches("[\\w./-]+\\.ya?ml")) {
                texts.put(Provider.ETCD.prefix() + name, decoded(pair.path("value")));
            } else {
                others++;
            }
        }
        if (others > passedOver) { // once, not at each change of another key
            LOGGER.warn(
                    "keys in etcd that are passed over: {}; names end in .yaml and hold letters, digits, and . / - _",
                    others);
        }
        passedOver = others;
        return new Snapshot(texts, reply.path("header").path("revision").asLong());
    }

    private static String decoded(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText("")), StandardCharsets.UTF_8);
    }

    /**
     * Follows changes until the connection ends.
     *
     * @param after the last revision that was read
     * @param changed called when something changed
     */
    void watch(long after, Change changed) throws IOException, InterruptedException {
        String body = "{\"create_request\":{" + range() + ",\"start_revision\":\"" + (after + 1) + "\"}}";
        HttpResponse<Stream<String>> response =
                http.send(request("/v3/watch", body).build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                JsonNode result = JSON.readTree(each.next()).path("result");
                if (result.path("canceled").asBoolean()) {
                    return; // for example because the revision is too old: then all is read again
                }
                if (!result.path("events").isEmpty()) {
                    changed.happened();
                }
            }
        }
    }

    /** A function that is called when something changed. */
    @FunctionalInterface
    interface Change {
        void happened() throws IOException, InterruptedException;
    }

    private HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(url.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /**
     * Returns the range of all keys that begin with the prefix: its end is the prefix with the last byte increased by one.
     */
    private String range() {
        byte[] from = prefix.getBytes(StandardCharsets.UTF_8);
        byte[] to = from.clone();
        to[to.length - 1]++;
        Base64.Encoder base64 = Base64.getEncoder();
        return "\"key\":\"" + base64.encodeToString(from) + "\",\"range_end\":\"" + base64.encodeToString(to) + "\"";
    }
}
