package io.agentsecrets.yaml;

import java.util.HashMap;
import java.util.Map;

/**
 * The rules for anchors and aliases of a text, and the anchors of the current document.
 *
 * <p>When an agent prints, compares or hashes a tree, it visits a shared node once for each alias: 50 aliases in 533 bytes
 * can stand for 100 million nodes. Keys that are maps are limited as well, written out or as aliases: each level of maps in
 * keys doubles the number of comparisons.
 */
final class AliasRules {

    /** How many nodes all aliases together may stand for. */
    private static final long MOST_REPEATED_NODES = 1_000_000;

    /** How many levels of maps or lists in keys there may be. */
    private static final int MOST_KEY_LEVELS = 4;

    private final Findings findings;
    private final int maxAliases;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private int aliases;
    private long repeatedNodes;

    AliasRules(Findings findings, int maxAliases) {
        this.findings = findings;
        this.maxAliases = maxAliases;
    }

    void startDocument() {
        anchors.clear();
    }

    /** Registers an anchor. Readers of YAML 1.1 end its name at some characters that belong to it in YAML 1.2. */
    void name(String anchor, Anchored anchored, Span span) {
        anchors.put(anchor, anchored);
        if (endsEarlyForOthers(anchor)) {
            findings.refuseText(
                    span,
                    "the name of an anchor (&name) has a sign that ends it for other readers; use letters and digits");
        }
    }

    private static boolean endsEarlyForOthers(String anchor) {
        for (int i = 0; i < anchor.length(); i++) {
            if (":?%@`".indexOf(anchor.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns the node that an alias repeats. */
    Anchored named(String anchor, Span span) {
        Anchored anchored = anchors.get(anchor);
        if (anchored == null) {
            throw findings.refused(span, "an alias (*name) repeats an anchor (&name) that does not stand before it");
        }
        return anchored;
    }

    /**
     * Refuses an alias of a collection that makes the tree too large or endless, or makes a secret a key.
     *
     * @param key whether it is in a key
     * @param keySteps how many collections around it, itself included, are keys
     */
    void check(Anchored anchored, boolean key, int keySteps, Span span) {
        countRepetition(anchored, span);
        refuseDeepKey(keySteps + anchored.keyLevels(), span);
        if (anchored.holdsHandle() && anchored.isKey() != key) {
            throw findings.refused(
                    span,
                    key
                            ? "a key repeats (*name) a map or list with handles; secrets cannot be keys"
                            : "an alias repeats a map or list with handles that is a key; only values are resolved");
        }
    }

    void refuseDeepKey(int levels, Span span) {
        if (levels > MOST_KEY_LEVELS) {
            throw findings.refused(span, "keys that are maps or lists within such keys, more than four levels deep");
        }
    }

    private void countRepetition(Anchored anchored, Span span) {
        if (anchored.isOpen()) {
            throw findings.refused(span, "a map or list contains itself");
        }
        repeatedNodes += anchored.nodes();
        if (++aliases > maxAliases) {
            throw findings.refused(span, "more than " + maxAliases + " aliases of maps and lists");
        }
        if (repeatedNodes > MOST_REPEATED_NODES) {
            throw findings.refused(
                    span, "too many aliases: they stand for more than " + MOST_REPEATED_NODES + " values");
        }
    }
}
