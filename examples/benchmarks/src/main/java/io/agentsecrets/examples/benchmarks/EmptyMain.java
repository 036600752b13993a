package io.agentsecrets.examples.benchmarks;

/** A program that does nothing, to know what starting a JVM costs by itself. */
final class EmptyMain {

    private EmptyMain() {}

    /** Returns at once. */
    public static void main(String[] arguments) {}
}
