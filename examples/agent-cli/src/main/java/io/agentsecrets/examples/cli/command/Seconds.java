package io.agentsecrets.examples.cli.command;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of seconds, one day at most. */
final class Seconds implements ITypeConverter<Duration> {

    private static final int DAY = 86_400;

    @Override
    public Duration convert(String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0 && seconds <= DAY) {
                return Duration.ofMillis((long) (seconds * 1000));
            }
        } catch (NumberFormatException e) {
            throw wrong();
        }
        throw wrong();
    }

    private static TypeConversionException wrong() {
        return new TypeConversionException("it must be a number of seconds from 0 to " + DAY);
    }
}
