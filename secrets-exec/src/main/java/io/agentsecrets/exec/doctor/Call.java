package io.agentsecrets.exec.doctor;

import java.util.Locale;

/** A call that the doctor makes. They are made in this order, as the first one learns most secrets, which are then masked. */
enum Call {
    /** All handles together, as at the start of the agent. */
    SEVERAL("several handles"),
    /** The first handle alone. */
    ONE("one handle"),
    /** The first handle and one that does not exist. */
    UNKNOWN("an unknown handle"),
    /** A request for no handle. */
    NOTHING("an empty request"),
    /** No request: standard input is empty and closed. */
    NO_REQUEST("a closed standard input");

    private final String words;

    Call(String words) {
        this.words = words;
    }

    /** The name that scripts see in JSON. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is asked, in words for people. */
    String words() {
        return words;
    }
}
