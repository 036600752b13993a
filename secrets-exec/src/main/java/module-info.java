/** Secrets from an executable of the operator: its protocol, its process and the rights on its file. */
module io.agentsecrets.exec {
    requires transitive io.agentsecrets.core;
    requires com.fasterxml.jackson.core;
    requires org.slf4j;
    requires static transitive org.jspecify;
    requires static com.sun.jna;
    requires static com.sun.jna.platform;

    exports io.agentsecrets.exec;
    exports io.agentsecrets.exec.doctor;
}
