package io.agentsecrets.yaml;

import java.util.Map;

/** A reader of YAML that this project does not use, and that agents may. */
interface ForeignReader {

    /**
     * Says what is wrong with a new text in the eyes of this reader.
     *
     * @param old the text with handles
     * @param rewritten the text with values in their places
     * @param values the values by the names of the handles
     * @return empty if it reads the old text with values in the places of handles, or could not read the old one either
     */
    String problem(String old, String rewritten, Map<String, String> values);
}
