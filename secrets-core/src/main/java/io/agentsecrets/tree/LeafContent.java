package io.agentsecrets.tree;

import io.agentsecrets.HandleSyntax;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.temporal.TemporalAccessor;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a leaf that is no text shows of itself: its {@code toString}, the characters of an array, and what its getters and public
 * fields give. Such a leaf can hold a handle that nobody would replace.
 */
final class LeafContent {

    /** What a getter returns that is looked at. */
    private static final List<Class<?>> SHOWN =
            List.of(CharSequence.class, Optional.class, Collection.class, Map.class, char[].class);

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
        } catch (Throwable e) {
            return ""; // an object that cannot be printed cannot leak its text
        }
    }

    private static boolean showsByMethods(Object leaf, HandleSyntax syntax) {
        Class<?> type = leaf.getClass();
        if (type.getName().startsWith("java.")) {
            return false;
        }
        for (Method method : type.getMethods()) {
            if (isProperty(method, type) && isHandle(resultOf(method, leaf), syntax)) {
                return true;
            }
        }
        for (Field field : type.getFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && isHandle(valueOf(field, leaf), syntax)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a method is a getter of text. Other methods could have side effects. */
    private static boolean isProperty(Method method, Class<?> type) {
        return method.getParameterCount() == 0
                && !Modifier.isStatic(method.getModifiers())
                && SHOWN.stream().anyMatch(shown -> shown.isAssignableFrom(method.getReturnType()))
                && (type.isRecord() || method.getName().startsWith("get"));
    }

    private static String resultOf(Method property, Object leaf) {
        try {
            property.trySetAccessible(); // of a class that is not public, behind a public interface
            return text(property.invoke(leaf));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return ""; // it is not accessible, or it throws
        }
    }

    private static String valueOf(Field field, Object leaf) {
        try {
            return text(field.get(leaf));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return "";
        }
    }

    private static String text(@Nullable Object value) {
        return value instanceof char[] characters ? new String(characters) : String.valueOf(value);
    }
}
