/** Handles in YAML: their places, near misses, the resolved tree and the rewritten text. */
module io.agentsecrets.yaml {
    requires transitive io.agentsecrets.core;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires static transitive org.jspecify;

    exports io.agentsecrets.yaml;
}
