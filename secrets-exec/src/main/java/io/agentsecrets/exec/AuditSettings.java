package io.agentsecrets.exec;

import io.agentsecrets.audit.AuditFile;
import io.agentsecrets.audit.AuditTrail;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the audit trail.
 *
 * @param file the file of the trail; null if there is none
 * @param maxSize the largest size of the file in bytes
 */
record AuditSettings(@Nullable Path file, int maxSize) {

    private static final int LARGEST = 1 << 30;

    static AuditSettings read(SettingsReader reader) {
        return new AuditSettings(reader.path(Setting.AUDIT_FILE), reader.whole(Setting.AUDIT_FILE_MAX_SIZE, LARGEST));
    }

    AuditTrail trail() {
        return file == null ? AuditTrail.none() : AuditFile.at(file, maxSize);
    }
}
