package io.agentsecrets.examples.javaagent;

import java.io.IOException;

/** An application that says that it runs, and ends with its standard input. */
final class IdleProgram {

    private IdleProgram() {}

    public static void main(String[] args) throws IOException {
        System.out.println("running");
        System.out.flush();
        while (System.in.read() >= 0) {
            // goes on
        }
    }
}
