package io.agentsecrets.embedded.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of SLF4J that writes to {@link EmbeddedLog}. */
final class EmbeddedLogger extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1;

    EmbeddedLogger(String name) {
        this.name = name;
    }

    @Override
    public boolean isTraceEnabled() {
        return EmbeddedLog.isWanted(System.Logger.Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return EmbeddedLog.isWanted(System.Logger.Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return EmbeddedLog.isWanted(System.Logger.Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return EmbeddedLog.isWanted(System.Logger.Level.WARNING);
    }

    @Override
    public boolean isErrorEnabled() {
        return EmbeddedLog.isWanted(System.Logger.Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        EmbeddedLog.log(levelOf(level), name, MessageFormatter.basicArrayFormat(pattern, arguments), thrown);
    }

    private static System.Logger.Level levelOf(Level level) {
        return switch (level) {
            case ERROR -> System.Logger.Level.ERROR;
            case WARN -> System.Logger.Level.WARNING;
            case INFO -> System.Logger.Level.INFO;
            case DEBUG -> System.Logger.Level.DEBUG;
            case TRACE -> System.Logger.Level.TRACE;
        };
    }
}
