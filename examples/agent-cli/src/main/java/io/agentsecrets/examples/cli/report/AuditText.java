package io.agentsecrets.examples.cli.report;

import io.agentsecrets.Count;
import io.agentsecrets.examples.cli.audit.Audit;
import io.agentsecrets.examples.cli.audit.PlainSecret;
import io.agentsecrets.examples.cli.output.Page;

/** The text of {@code agent audit}: three lines for a secret, the first one as compilers write it. */
public final class AuditText {

    private AuditText() {}

    /** Returns the lines for the plain secrets; empty if there are none. */
    public static String of(Audit audit) {
        Page page = new Page();
        for (PlainSecret secret : audit.secrets()) {
            page.line(secret.place().source() + ":" + secret.place().line() + ":"
                    + secret.place().column() + ": " + secret.place().path() + ": "
                    + secret.reason().words());
            page.line("    move it: " + secret.command());
            page.line("    write:   " + secret.line());
        }
        return page.toString();
    }

    /** Returns one line that sums up an audit. */
    public static String summary(Audit audit) {
        return Count.of(audit.secrets().size(), "plain secret") + " in " + Count.of(audit.files(), "file")
                + (audit.allowed() == 0 ? "" : ", " + audit.allowed() + " allowed")
                + (audit.errors().isEmpty()
                        ? ""
                        : "; " + Count.of(audit.errors().size(), "file") + " not read");
    }
}
