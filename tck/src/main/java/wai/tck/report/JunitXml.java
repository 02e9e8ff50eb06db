package wai.tck.report;

import java.util.Locale;
import wai.tck.report.CaseOutcome.Kind;

/// A report in the XML that build servers read from JUnit.
public final class JunitXml {
    private final Markup xml = new Markup();

    private JunitXml() {}

    /// The report as one `testsuite`; XML 1.0 in UTF-8.
    public static String of(HandlerReport report) {
        var writer = new JunitXml();
        writer.suite(report);
        return writer.xml.toString();
    }

    private void suite(HandlerReport report) {
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"")
                .text(report.handler())
                .raw("\" tests=\"" + report.cases().size())
                .raw("\" failures=\"" + report.count(Kind.FAILED))
                .raw("\" errors=\"0\" skipped=\"" + report.count(Kind.NOT_SUPPORTED))
                .raw("\" time=\"")
                .raw(seconds(report.cases().stream()
                        .mapToLong(each -> each.took().toNanos())
                        .sum()))
                .raw("\">\n");
        report.cases().forEach(each -> testcase(report.handler(), each));
        xml.raw("</testsuite>\n");
    }

    private void testcase(String handler, CaseOutcome each) {
        xml.raw("  <testcase classname=\"")
                .text(handler + "." + each.rule())
                .raw("\" name=\"")
                .text(each.rule() + " " + each.name())
                .raw("\" time=\"" + seconds(each.took().toNanos()) + "\"");
        switch (each.kind()) {
            case PASSED -> xml.raw("/>\n");
            case NOT_SUPPORTED ->
                xml.raw(">\n    <skipped message=\"").text(each.detail()).raw("\"/>\n  </testcase>\n");
            case FAILED ->
                xml.raw(">\n    <failure message=\"")
                        .text(each.detail().lines().findFirst().orElse(""))
                        .raw("\">")
                        .text(each.detail())
                        .raw("</failure>\n  </testcase>\n");
        }
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / 1e9);
    }
}
