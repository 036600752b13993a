/**
 * Handles, trees, the resolver and its cache: what an agent calls so that its configuration contains no password.
 */
@SuppressWarnings("requires-automatic") // Micrometer has no module-info; it is optional
module io.agentsecrets.core {
    requires com.github.benmanes.caffeine;
    requires transitive org.slf4j;
    requires static transitive org.jspecify;
    requires static micrometer.core;

    exports io.agentsecrets;
    exports io.agentsecrets.audit;
    exports io.agentsecrets.backend;
    exports io.agentsecrets.micrometer;
    exports io.agentsecrets.resolver;
    exports io.agentsecrets.testing;
    exports io.agentsecrets.tree;
}
