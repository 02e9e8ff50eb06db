package wai.tck.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import wai.spi.Rule;

class MatrixPageTest {
    private static final HandlerReport OTHER = new HandlerReport("other", List.of(), Map.of(), List.of());

    private final String page = MatrixPage.of(
            List.of(HandlerReportTest.REPORT, OTHER),
            new Legend(Map.of("WAI-RSP-13", "a <SHOULD>"), Map.of("DATE", "Date is replaced.")));

    @Test
    void hasARowForEveryRuleInOrderAndACellForEveryHandler() throws Exception {
        var table = table();

        assertThat(texts(table, "//tr[@data-level!='']/th/code"))
                .containsExactlyElementsOf(
                        Arrays.stream(Rule.values()).map(Rule::id).toList());
        assertThat(texts(table, "//thead//span[@class='name']")).containsExactly("my <Handler> & \"Co\"", "other");
        assertThat(texts(table, "//tr[th/code='WAI-RSP-02']/td/@class")).containsExactly("part", "none");
        assertThat(texts(table, "//tr[th/code='WAI-RAW-01']/td/@class")).containsExactly("na", "none");
        assertThat(texts(table, "//tr[th/code='RAW']/td/@class")).containsExactly("ok", "na");
    }

    @Test
    void showsTheCasesOfACellWithTheFailuresFirst() throws Exception {
        var cell = "//tr[th/code='WAI-RSP-01']/td[@class='fail']";

        assertThat(texts(table(), cell + "//li/@class")).containsExactly("fail", "ok");
        assertThat(texts(table(), cell + "//pre")).containsExactly("seen <b>\\u000d\n\\u0000\\u001b</b>\n]]> & more");
        assertThat(texts(table(), cell + "//summary/@title"))
                .singleElement()
                .asString()
                .contains("sends the status");
    }

    @Test
    void saysWhyThereIsNoCaseOrWhatIsDeclared() throws Exception {
        assertThat(texts(table(), "//tr[th/code='WAI-RSP-13']/td")).containsExactly("no case: a <SHOULD>");
        assertThat(texts(table(), "//tr[th/code='DATE']/td[1]//p")).containsExactly("the <front> sets it");
        assertThat(texts(table(), "//tr[th/code='DATE']/th/p")).containsExactly("Date is replaced.");
        assertThat(texts(table(), "//tr[th/code='WAI-RAW-01']/td[1]//small")).containsExactly("needs <RAW>");
    }

    @Test
    void isOneFileThatFetchesNothingAndCanBeReadWithoutScript() {
        assertThat(page).startsWith("<!doctype html>").doesNotContain("http:", "https:", "@import", "url(", "src=");
        assertThat(page).contains("<form class=\"filter\" hidden>");
        assertThat(page.substring(0, page.indexOf("<script>"))).contains("</table>");
        assertThat(Pattern.compile("<script>").matcher(page).results()).hasSize(1);
    }

    @Test
    void setsTheNamesOfManyHandlersUpright() {
        var few = new ArrayList<HandlerReport>();
        for (int i = 0; i < 6; i++) {
            few.add(OTHER);
        }
        var many = new ArrayList<>(few);
        many.add(OTHER);
        var legend = new Legend(Map.of(), Map.of());

        assertThat(MatrixPage.of(few, legend)).doesNotContain("<tr class=\"many\">");
        assertThat(MatrixPage.of(many, legend)).contains("<tr class=\"many\">");
    }

    /// The table alone is XML, so that a forgotten escape or end tag does not get through.
    private Document table() throws Exception {
        var table = page.substring(page.indexOf("<table>"), page.indexOf("</table>") + "</table>".length());
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(table)));
    }

    private static List<String> texts(Document document, String path) throws Exception {
        var nodes = (NodeList)
                XPathFactory.newDefaultInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        var texts = new ArrayList<String>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }
}
