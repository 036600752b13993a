/** The whole library, with all that it needs, under names of its own. */
@SuppressWarnings("requires-automatic") // Micrometer has no module-info; it is optional
module io.agentsecrets.embedded {
    requires static micrometer.core;
    requires static com.sun.jna;
    requires static com.sun.jna.platform;

    exports io.agentsecrets.embedded;
    exports io.agentsecrets.embedded.audit;
    exports io.agentsecrets.embedded.backend;
    exports io.agentsecrets.embedded.exec;
    exports io.agentsecrets.embedded.exec.doctor;
    exports io.agentsecrets.embedded.logging;
    exports io.agentsecrets.embedded.micrometer;
    exports io.agentsecrets.embedded.resolver;
    exports io.agentsecrets.embedded.testing;
    exports io.agentsecrets.embedded.tree;
    exports io.agentsecrets.embedded.yaml;

    // types that the packages above name
    exports io.agentsecrets.embedded.libs.jspecify.annotations;
    exports io.agentsecrets.embedded.libs.slf4j;

    uses io.agentsecrets.embedded.libs.slf4j.spi.SLF4JServiceProvider;

    provides io.agentsecrets.embedded.libs.slf4j.spi.SLF4JServiceProvider with
            io.agentsecrets.embedded.logging.EmbeddedLogProvider;
}
