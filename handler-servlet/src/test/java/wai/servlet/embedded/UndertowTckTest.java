package wai.servlet.embedded;

import java.util.Map;
import wai.Capability;
import wai.tck.Departure;

/// The servlet keeps the contract in Undertow.
final class UndertowTckTest extends ContainerTck {
    UndertowTckTest() {
        super(EmbeddedContainer.UNDERTOW, Capability.REQUEST_TRAILERS);
    }

    @Override
    protected Map<Departure, String> departures() {
        return Map.ofEntries(
                Map.entry(Departure.TRAILER_DUPLICATES, "Undertow keeps the last trailer field of a name"),
                Map.entry(Departure.EMPTY_QUERY, "Undertow does not keep the ? of a query without anything behind it"),
                Map.entry(
                        Departure.REFUSALS,
                        "Undertow answers 400 to heads that are too large, and 500 to a huge length"),
                Map.entry(Departure.VERSIONS, "Undertow takes other versions, and answers in them"),
                Map.entry(Departure.FOLDED_LINES, "Undertow joins folded lines"),
                Map.entry(Departure.EMPTY_LINE, "Undertow answers 400 to an empty line before a request"),
                Map.entry(
                        Departure.BROKEN_CHUNKS,
                        "Undertow takes chunks that are longer than their size, and waits behind a size that is none"),
                Map.entry(
                        Departure.CONTENT_TYPE_TEXT,
                        "Undertow writes the charset of Content-Type anew, behind the other parameters"),
                Map.entry(Departure.TARGETS, "Undertow refuses broken escapes and characters that are to be escaped"),
                Map.entry(Departure.ASTERISK_FORM, "Undertow fails to match OPTIONS * with a servlet and answers 500"),
                Map.entry(Departure.REQUEST_DUPLICATES, "Undertow joins several Cookie fields by a semicolon"),
                Map.entry(Departure.FIELD_WHITE_SPACE, "Undertow makes one blank of several inside a value"),
                Map.entry(Departure.REQUEST_FIELD_ORDER, "Undertow keeps fields in a hash table"),
                Map.entry(Departure.RESPONSE_FIELD_ORDER, "Undertow keeps fields in a hash table"),
                Map.entry(Departure.EXPECTATION_CUT, "Undertow ends a body nobody asked for when the response begins"));
    }
}
