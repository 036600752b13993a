package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import java.util.Set;

/**
 * A change that the agent has to hear of, unless it has read or forgotten the source by the time it is told.
 *
 * @param source the source
 * @param handles the handles that it is about
 */
record DueChange(UsedSource source, Set<Handle> handles) {

    boolean isStillDue() {
        return source.isStillNews(handles);
    }

    SourceChange asEvent() {
        return new SourceChange(source.name(), source.usages().only(handles));
    }
}
