package wai.servlet.embedded;

import java.util.Map;
import wai.Capability;
import wai.tck.Departure;

/// The servlet keeps the contract in Tomcat.
final class TomcatTckTest extends ContainerTck {
    TomcatTckTest() {
        super(EmbeddedContainer.TOMCAT, Capability.EARLY_HINTS);
    }

    @Override
    protected Map<Departure, String> departures() {
        return Map.ofEntries(
                Map.entry(Departure.HALF_CLOSE, "Tomcat closes an upgraded connection only as a whole"),
                Map.entry(Departure.CUT_ON_HTTP_1_0, "Tomcat shows a servlet no way to reset a connection"),
                Map.entry(Departure.REASON_PHRASE, "Tomcat sends no reason phrase at all"),
                Map.entry(Departure.CONTENT_TYPE_TEXT, "Tomcat writes the charset of Content-Type anew"),
                Map.entry(
                        Departure.TARGETS,
                        "Tomcat refuses targets that lead above the root, have %00, a broken escape or bytes that are no UTF-8"),
                Map.entry(Departure.ASTERISK_FORM, "Tomcat answers OPTIONS * itself, with 200 and Allow"),
                Map.entry(
                        Departure.REQUEST_FIELD_ORDER,
                        "a servlet gets the fields of a request by name, so those of one name move together"),
                Map.entry(Departure.REFUSALS, "Tomcat answers 400 to heads that are too large"),
                Map.entry(Departure.HTTP_0_9, "Tomcat speaks HTTP/0.9"),
                Map.entry(
                        Departure.REQUEST_LINE_BLANKS, "Tomcat counts several blanks or tabs in a request line as one"),
                Map.entry(Departure.FOLDED_LINES, "Tomcat joins folded lines"),
                Map.entry(Departure.LENGTH_BESIDE_CHUNKS, "Tomcat takes a length beside chunks, and closes behind it"),
                Map.entry(Departure.CONTENT_FIELDS_PLACE, "Tomcat sends Content-Type behind all other fields"));
    }
}
