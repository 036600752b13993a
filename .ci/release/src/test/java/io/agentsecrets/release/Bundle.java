package io.agentsecrets.release;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The zip for Maven Central: all its files, by their path in a repository. */
final class Bundle {

    /** The version that is released. */
    static final String VERSION = System.getProperty("version");

    private final Map<String, byte[]> files;

    private Bundle(Map<String, byte[]> files) {
        this.files = files;
    }

    /** Reads the bundle that this build made. */
    static Bundle read() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (FileSystem zip = FileSystems.newFileSystem(Path.of(System.getProperty("bundle")));
                var paths = Files.walk(zip.getPath("/"))) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                files.put(file.toString().substring(1), Files.readAllBytes(file));
            }
        }
        return new Bundle(files);
    }

    /** The paths of all files. */
    List<String> paths() {
        return List.copyOf(files.keySet());
    }

    /** The paths of the files that are neither a checksum nor a signature. */
    List<String> artifacts() {
        return files.keySet().stream()
                .filter(path -> !path.matches(".*\\.(md5|sha1|sha256|sha512|asc)"))
                .toList();
    }

    /** The paths of the artifacts whose names end in a certain way. */
    List<String> artifacts(String end) {
        return artifacts().stream().filter(path -> path.endsWith(end)).toList();
    }

    byte[] bytes(String path) {
        byte[] bytes = files.get(path);
        if (bytes == null) {
            throw new AssertionError("the bundle has no " + path);
        }
        return bytes;
    }

    /** The path of an artifact of a module, such as {@code secrets-core} and {@code -sources.jar}. */
    static String path(String module, String end) {
        return "io/agentsecrets/" + module + "/" + VERSION + "/" + module + "-" + VERSION + end;
    }

    Element pom(String module) throws Exception {
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(bytes(path(module, ".pom"))));
        return pom.getDocumentElement();
    }

    /** The child elements of an element that have a certain name. */
    static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList all = parent.getChildNodes();
        for (int i = 0; i < all.getLength(); i++) {
            Node child = all.item(i);
            if (child instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    /** The text of the element at a path such as {@code scm/url}; empty if there is none. */
    static String text(Element parent, String path) {
        Element element = parent;
        for (String name : path.split("/", -1)) {
            List<Element> found = children(element, name);
            if (found.isEmpty()) {
                return "";
            }
            element = found.get(0);
        }
        return element.getTextContent().strip();
    }

    /** The entries of a jar, in its order. */
    List<ZipEntry> entries(String path) throws IOException {
        List<ZipEntry> entries = new ArrayList<>();
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(bytes(path)))) {
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    Manifest manifest(String path) throws IOException {
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(bytes(path)))) {
            return jar.getManifest();
        }
    }

    byte[] entry(String path, String name) throws IOException {
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(bytes(path)))) {
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                if (entry.getName().equals(name)) {
                    return jar.readAllBytes();
                }
            }
        }
        throw new AssertionError(path + " has no " + name);
    }
}
