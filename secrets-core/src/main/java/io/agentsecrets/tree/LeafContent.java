package io.agentsecrets.tree;

import io.agentsecrets.HandleSyntax;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.temporal.TemporalAccessor;
import java.util.Date;

/**
 * Looks for handles in a leaf that is not text: in its {@code toString}, in the characters of an array, and in the texts
 * that its getters return. Nothing would replace a handle in such a leaf.
 */
final class LeafContent {

    private LeafContent() {}

    /** Tells whether a leaf shows a handle. */
    static boolean shows(Object leaf, HandleSyntax syntax) {
        if (leaf instanceof Number
                || leaf instanceof Boolean
                || leaf instanceof Character
                || leaf instanceof TemporalAccessor
                || leaf instanceof Date) {
            return false;
        }
        if (leaf instanceof char[] characters) {
            return isHandle(new String(characters), syntax);
        }
        if (leaf instanceof byte[] bytes) {
            return isHandle(new String(bytes, StandardCharsets.ISO_8859_1), syntax);
        }
        return isHandle(textOf(leaf), syntax) || showsByMethods(leaf, syntax);
    }

    /**
     * Tells whether a text is or contains a handle. The text of a record has several parts, so the start of a handle is
     * enough.
     */
    private static boolean isHandle(String text, HandleSyntax syntax) {
        return syntax.parse(text).isPresent() || (syntax.prefix().length() > 1 && text.contains(syntax.prefix()));
    }

    private static String textOf(Object leaf) {
        try {
            return String.valueOf(leaf.toString());
        } catch (RuntimeException e) {
            return ""; // an object that cannot be printed cannot leak its text
        }
    }

    private static boolean showsByMethods(Object leaf, HandleSyntax syntax) {
        Class<?> type = leaf.getClass();
        if (type.getName().startsWith("java.") || !Modifier.isPublic(type.getModifiers())) {
            return false;
        }
        for (Method method : type.getMethods()) {
            if (isProperty(method, type) && isHandle(resultOf(method, leaf), syntax)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a method is a getter of text. Other methods could have side effects. */
    private static boolean isProperty(Method method, Class<?> type) {
        return method.getParameterCount() == 0
                && !Modifier.isStatic(method.getModifiers())
                && CharSequence.class.isAssignableFrom(method.getReturnType())
                && (type.isRecord() || method.getName().startsWith("get"));
    }

    private static String resultOf(Method property, Object leaf) {
        try {
            return String.valueOf(property.invoke(leaf));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return ""; // it is not accessible, or it throws
        }
    }
}
