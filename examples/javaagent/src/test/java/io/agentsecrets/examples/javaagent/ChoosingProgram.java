package io.agentsecrets.examples.javaagent;

import java.util.logging.LogManager;

/** An application that chooses its log manager in its main method, and says what it finds there. */
final class ChoosingProgram {

    private ChoosingProgram() {}

    public static final class OwnLogManager extends LogManager {}

    public static void main(String[] args) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("agent-secrets")) {
                thread.join(); // it looks whether the executable left a process, and ends
                continue;
            }
            System.out.println("thread " + thread.getName());
        }
        System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
        System.out.println(
                "log manager " + LogManager.getLogManager().getClass().getSimpleName());
        System.out.println("password " + QuietAgent.configuration.contains("canary-hunter2"));
    }
}
