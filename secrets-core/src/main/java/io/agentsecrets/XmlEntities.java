package io.agentsecrets;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes the character references of XML and HTML: decimal numbers, hexadecimal numbers, and the names in common use. */
final class XmlEntities extends EscapeDecoder {

    /** The length of the longest reference that is read, with leading zeros. */
    private static final int LONGEST = 12;

    /** ASCII characters with their names in HTML 5. */
    private static final String ASCII_NAMES = """
            !excl "quot "QUOT #num $dollar %percnt &amp &AMP 'apos (lpar )rpar *ast +plus ,comma .period /sol
            :colon ;semi <lt <LT =equals >gt >GT ?quest @commat [lsqb [lbrack \\bsol ]rsqb ]rbrack ^Hat _lowbar `grave
            {lcub {lbrace |verbar |vert |VerticalLine }rcub }rbrace \u20aceuro""";

    /** The names of U+00A0 to U+00FF, in order. */
    private static final String LATIN_NAMES = """
            nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro
            para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil
            Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave
            Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml
            igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute
            thorn yuml""";

    private static final Map<String, Integer> NAMES = names();

    XmlEntities() {
        super("&", LONGEST);
    }

    private static Map<String, Integer> names() {
        Map<String, Integer> names = new HashMap<>();
        for (String entry : ASCII_NAMES.split("\\s", -1)) {
            names.put(entry.substring(1), (int) entry.charAt(0));
        }
        names.put("Tab", (int) '\t');
        names.put("NewLine", (int) '\n');
        int latin = 0xa0;
        for (String name : LATIN_NAMES.split("\\s", -1)) {
            names.put(name, latin++);
        }
        return names;
    }

    @Override
    int read(MappedText source, int at, Decoding out) {
        int end = Math.min(source.length(), at + LONGEST);
        StringBuilder name = new StringBuilder(LONGEST);
        for (int i = at + 1; i < end; i++) {
            if (source.at(i) == ';') {
                Integer codePoint = codePoint(name.toString());
                if (codePoint == null) {
                    return 0;
                }
                out.put(codePoint, at, i + 1);
                return i + 1 - at;
            }
            name.append(source.at(i));
        }
        return 0;
    }

    private static @Nullable Integer codePoint(String name) {
        if (!name.startsWith("#")) {
            return NAMES.get(name);
        }
        boolean hex = name.startsWith("x", 1) || name.startsWith("X", 1);
        try {
            int number = hex ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
            return Character.isValidCodePoint(number) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
