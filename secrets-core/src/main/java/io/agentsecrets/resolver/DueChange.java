package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import java.util.Set;

/**
 * A change to tell the agent about, unless it has resolved or forgotten the source by then.
 *
 * @param source the source
 * @param handles the handles that changed
 */
record DueChange(UsedSource source, Set<Handle> handles) {

    boolean isStillDue() {
        return source.isStillNews(handles);
    }

    SourceChange asEvent() {
        return new SourceChange(source.name(), source.usages().only(handles));
    }
}
