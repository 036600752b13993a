package io.agentsecrets.embedded;

import io.agentsecrets.exec.BackendServer;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.yaml.YamlConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Uses all parts of the library: a cache with a limit, YAML as tree and as text, settings, and JSON in both directions. */
final class LoadingProgram {

    private LoadingProgram() {}

    public static void main(String[] args) {
        FakeBackend backend = new FakeBackend();
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            backend.put("h" + i, "value");
            yaml.append("k").append(i).append(": ENC[h").append(i).append("]\n");
        }
        SecretResolver resolver =
                SecretResolver.builder(backend).maximumSize(100).build();
        YamlConfig config = YamlConfig.of("a.yaml", yaml.toString());
        config.rewrite(resolver);
        config.resolveDocuments(resolver);
        resolver.refresh();
        resolver.forget("a.yaml");
        SecretSettings.builder("agent.yaml", Map.of("secret_backend_command", "/etc/agent/backend"))
                .withEnvironment("AGENT_", Map.of("AGENT_SECRET_BACKEND_CONFIG", "{\"a\":[1,2.5]}"))
                .build();
        byte[] request = "{\"version\":\"1.0\",\"secrets\":[\"h1\"]}".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        BackendServer.run(backend, new ByteArrayInputStream(request), reply, System.err);
        System.out.println(List.of(reply.size() > 0));
    }
}
