package io.agentsecrets.audit;

import io.agentsecrets.Handle;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Writes numbered events to an audit file, so many or until it is killed: FILE MAX-SIZE NAME [COUNT]. */
final class AuditWriterProgram {

    private AuditWriterProgram() {}

    public static void main(String[] args) {
        AuditFile audit = AuditFile.at(Path.of(args[0]), Long.parseLong(args[1]));
        int count = args.length > 3 ? Integer.parseInt(args[3]) : Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            Handle handle = new Handle(args[2] + "-" + i);
            audit.record(new AuditEvent(
                    AuditEvent.Type.CHANGED, null, new TreeSet<>(Set.of(handle)), new TreeSet<>(Set.of("s"))));
        }
    }
}
