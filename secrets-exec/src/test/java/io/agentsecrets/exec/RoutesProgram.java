package io.agentsecrets.exec;

import io.agentsecrets.Handle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** An agent with a route to each executable that its arguments name. It asks each for one handle, at the same time. */
final class RoutesProgram {

    private RoutesProgram() {}

    public static void main(String[] executables) {
        Map<String, Object> routes = new HashMap<>();
        Set<Handle> handles = new HashSet<>();
        for (String executable : executables) {
            String name = "r" + routes.size();
            routes.put(name, Map.of("command", executable));
            handles.add(new Handle(name + ";h"));
        }
        SecretSettings settings = SecretSettings.of("agent.yaml", Map.of("multi_secret_backends", routes));
        settings.backend().fetch(handles);
    }
}
