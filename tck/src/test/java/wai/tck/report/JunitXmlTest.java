package wai.tck.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class JunitXmlTest {
    @Test
    void isXmlThatBuildServersRead() throws Exception {
        var suite = parsed(JunitXml.of(HandlerReportTest.REPORT)).getDocumentElement();

        assertThat(suite.getTagName()).isEqualTo("testsuite");
        assertThat(suite.getAttribute("name")).isEqualTo("my <Handler> & \"Co\"");
        assertThat(suite.getAttribute("tests")).isEqualTo("4");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(suite.getAttribute("time")).isEqualTo("0.003500");
        var cases = suite.getElementsByTagName("testcase");
        assertThat(cases.getLength()).isEqualTo(4);
        assertThat(((Element) cases.item(0)).getAttribute("name")).isEqualTo("WAI-RSP-01 sends the status");
    }

    @Test
    void showsFailuresWithoutWhatXmlDoesNotHave() throws Exception {
        var failure = (Element) parsed(JunitXml.of(HandlerReportTest.REPORT))
                .getElementsByTagName("failure")
                .item(0);

        assertThat(failure.getAttribute("message")).isEqualTo("seen <b>");
        assertThat(failure.getTextContent()).isEqualTo("seen <b>\\u000d\n\\u0000\\u001b</b>\n]]> & more");
    }

    private static Document parsed(String xml) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));
    }
}
