/**
 * Handles, trees, the resolver and its cache: what an agent calls so that no password stands in its configuration.
 */
module io.agentsecrets.core {
    requires com.github.benmanes.caffeine;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.agentsecrets;
    exports io.agentsecrets.testing;
    exports io.agentsecrets.tree;
}
