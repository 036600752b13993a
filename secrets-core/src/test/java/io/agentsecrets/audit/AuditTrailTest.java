package io.agentsecrets.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AuditTrailTest {

    @Test
    void a_log_has_a_line_for_each_event_whatever_its_names_hold() {
        AuditTrail trail = AuditTrail.slf4j(LoggerFactory.getLogger("audit"));
        TreeSet<Handle> handles = new TreeSet<>(Set.of(new Handle("a\nWARN forged"), new Handle("b")));
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            trail.record(new AuditEvent(AuditEvent.Type.FETCHED, null, handles, new TreeSet<>(Set.of("s.yaml"))));
            trail.record(new AuditEvent(
                    AuditEvent.Type.FAILED, FailureKind.TIMEOUT, handles, new TreeSet<>(Set.of("r.yaml", "s.yaml"))));
        } finally {
            System.setErr(before);
        }

        assertThat(log.toString(StandardCharsets.UTF_8).lines())
                .satisfiesExactly(
                        fetched -> assertThat(fetched)
                                .contains("INFO")
                                .endsWith("audit - secrets fetched (ok): handles a?WARN forged, b of s.yaml"),
                        failed -> assertThat(failed)
                                .endsWith(
                                        "audit - secrets failed (timeout): handles a?WARN forged, b of r.yaml, s.yaml"));
    }
}
