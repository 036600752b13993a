package io.agentsecrets.exec;

import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the interpreters and the loader of an executable (docs/spec.md, section 5), which could do anything in its
 * place. Each must be named by an absolute path and belong to root or to the agent's user, and nobody else may write to it
 * or replace it.
 *
 * @param folders the rules for the folders on the way
 * @param skipFolders whether the folders on the path to it are not checked
 */
record InterpreterRules(FolderRules folders, boolean skipFolders) {

    /** Returns what is wrong with the first one that breaks a rule and how to fix it, or null. */
    @Nullable
    String problemOf(List<Path> helpers) throws IOException {
        for (Path helper : helpers) {
            String problem = problemOf(helper);
            if (problem != null) {
                return "its interpreter '" + helper + "' cannot be trusted: " + problem;
            }
        }
        return null;
    }

    private @Nullable String problemOf(Path helper) throws IOException {
        if (!helper.isAbsolute()) {
            return "write its path from the root, or #!/usr/bin/env " + helper.getFileName();
        }
        String problem = problemOf(helper, UnixAttributes.of(helper));
        return problem != null || skipFolders ? problem : folders.problemOnTheWayTo(helper);
    }

    /** Returns what is wrong with an interpreter that has these attributes and how to fix it, or null. */
    @Nullable
    String problemOf(Path helper, UnixAttributes attributes) {
        if (!attributes.belongsToRoot() && attributes.uid() != folders.user().uid()) {
            return "it belongs to neither root nor this user, but to UID " + Integer.toUnsignedString(attributes.uid())
                    + ", who could change it; name one of root's in the first line";
        }
        if (attributes.othersMayWrite()) {
            return "'group' or 'others' may write to it; " + Remedy.asOwner(folders.user(), attributes)
                    + ShellWord.command("chmod go-w", helper);
        }
        return null;
    }
}
