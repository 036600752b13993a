package io.agentsecrets.examples.cli.report;

import io.agentsecrets.exec.doctor.Diagnosis;
import io.agentsecrets.exec.doctor.Judgement;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** The findings of {@code agent doctor} as a report of JUnit, which every CI server shows: one test case for each judgement. */
public final class DoctorJunit {

    private final XMLStreamWriter xml;
    private final String name;

    private DoctorJunit(XMLStreamWriter xml, String name) {
        this.xml = xml;
        this.name = name;
    }

    /**
     * Returns the report as XML.
     *
     * @param route the route that was judged, which becomes a part of the suite's name; null if it was none
     */
    public static String of(Diagnosis diagnosis, @Nullable String route) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new DoctorJunit(xml, "agent doctor" + (route == null ? "" : " " + route)).suite(diagnosis);
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return text.toString();
    }

    private void suite(Diagnosis diagnosis) throws XMLStreamException {
        Duration took = diagnosis.calls().stream().map(Diagnosis.Call::took).reduce(Duration.ZERO, Duration::plus);
        xml.writeStartDocument("UTF-8", "1.0");
        line(0);
        xml.writeStartElement("testsuite");
        attribute("name", name);
        attribute("tests", String.valueOf(diagnosis.judgements().size()));
        attribute("failures", String.valueOf(diagnosis.count(Judgement.Verdict.FAIL)));
        attribute("errors", "0");
        attribute("skipped", String.valueOf(diagnosis.count(Judgement.Verdict.SKIP)));
        attribute("time", String.format(Locale.ROOT, "%.3f", took.toMillis() / 1000.0));
        for (Judgement judgement : diagnosis.judgements()) {
            testCase(judgement);
        }
        line(0);
        xml.writeEndElement();
        line(0);
        xml.writeEndDocument();
    }

    private void testCase(Judgement judgement) throws XMLStreamException {
        line(1);
        xml.writeStartElement("testcase");
        attribute("classname", name);
        attribute("name", judgement.name());
        line(2);
        switch (judgement.verdict()) {
            case FAIL -> failure(judgement);
            case SKIP -> {
                xml.writeEmptyElement("skipped");
                attribute("message", judgement.finding());
            }
            // JUnit has no warnings, so the test passes with an output
            case WARN, OK -> {
                xml.writeStartElement("system-out");
                text(judgement.verdict() + " " + judgement.finding() + next(judgement));
                xml.writeEndElement();
            }
        }
        line(1);
        xml.writeEndElement();
    }

    private void failure(Judgement judgement) throws XMLStreamException {
        xml.writeStartElement("failure");
        attribute("message", judgement.finding());
        attribute("type", judgement.name());
        text(judgement.finding() + next(judgement));
        xml.writeEndElement();
    }

    private static String next(Judgement judgement) {
        return judgement.next() == null ? "" : "\nnext: " + judgement.next();
    }

    private void line(int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, allowed(value).replace('\n', ' '));
    }

    private void text(String text) throws XMLStreamException {
        xml.writeCharacters(allowed(text));
    }

    /** Replaces the characters that XML does not allow, not even escaped. */
    private static String allowed(String text) {
        return text.codePoints()
                .map(c -> isAllowed(c) ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isAllowed(int c) {
        return c == '\t' || c == '\n' || (c >= ' ' && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) || c > 0xFFFF;
    }
}
