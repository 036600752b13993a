package io.agentsecrets.examples.javaagent;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.tools.FileProblem;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Another agent's jar, loaded as the JVM would load it (package java.lang.instrument). */
final class OtherAgent {

    private final Class<?> premainClass;
    private final Instrumentation instrumentation;

    private OtherAgent(Class<?> premainClass, Instrumentation instrumentation) {
        this.premainClass = premainClass;
        this.instrumentation = instrumentation;
    }

    /**
     * Puts a jar on the class path of the system, and what its manifest names on that of the JVM.
     *
     * @throws ConfigException if it is no jar of an agent
     */
    static OtherAgent load(Path jar, Instrumentation instrumentation) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes attributes = file.getManifest() == null
                    ? new Attributes()
                    : file.getManifest().getMainAttributes();
            String name = attributes.getValue("Premain-Class");
            if (name == null) {
                throw unusable(jar, "its manifest names no Premain-Class; is it a Java agent?");
            }
            addToBootClassPath(jar, attributes.getValue("Boot-Class-Path"), instrumentation);
            instrumentation.appendToSystemClassLoaderSearch(file);
            return new OtherAgent(
                    Class.forName(name.trim(), false, ClassLoader.getSystemClassLoader()), instrumentation);
        } catch (ClassNotFoundException e) {
            throw unusable(jar, "the class that its manifest names is not in it");
        } catch (ZipException e) {
            throw unusable(jar, "it is no jar file, or is damaged");
        } catch (IOException e) {
            throw unusable(jar, "it cannot be read (" + FileProblem.of(e) + ")");
        }
    }

    private static ConfigException unusable(Path jar, String problem) {
        return new ConfigException(FailureKind.SETTINGS, jar.toString(), problem);
    }

    private static void addToBootClassPath(Path jar, @Nullable String paths, Instrumentation instrumentation)
            throws IOException {
        if (paths == null) {
            return;
        }
        for (String path : paths.trim().split(" +", -1)) {
            Path entry = jar.resolveSibling(path);
            if (Files.isRegularFile(entry)) {
                try (JarFile file = new JarFile(entry.toFile())) {
                    instrumentation.appendToBootstrapClassLoaderSearch(file);
                }
            }
        }
    }

    /** Calls {@code premain(String, Instrumentation)}, or {@code premain(String)} if there is no such method. */
    void start(String options) throws ReflectiveOperationException {
        Method withInstrumentation = method(String.class, Instrumentation.class);
        if (withInstrumentation != null) {
            withInstrumentation.invoke(null, options, instrumentation);
            return;
        }
        Method plain = method(String.class);
        if (plain == null) {
            throw new NoSuchMethodException("premain");
        }
        plain.invoke(null, options);
    }

    private @Nullable Method method(Class<?>... parameters) {
        try {
            Method method = premainClass.getDeclaredMethod("premain", parameters);
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException e) {
            return null;
        }
    }
}
