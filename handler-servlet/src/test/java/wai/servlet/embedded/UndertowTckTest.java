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
        return Map.of(
                Departure.TRAILER_DUPLICATES,
                "Undertow keeps the last trailer field of a name",
                Departure.EMPTY_QUERY,
                "Undertow does not keep the ? of a query without anything behind it",
                Departure.HTTP_PARSER,
                "Undertow takes chunks that are longer than their size",
                Departure.CONTENT_TYPE_TEXT,
                "Undertow writes the charset of Content-Type anew, behind the other parameters",
                Departure.TARGETS,
                "Undertow refuses broken escapes and characters that are to be escaped",
                Departure.ASTERISK_FORM,
                "Undertow fails to match OPTIONS * with a servlet and answers 500",
                Departure.REQUEST_DUPLICATES,
                "Undertow joins several Cookie fields by a semicolon",
                Departure.FIELD_WHITE_SPACE,
                "Undertow makes one blank of several inside a value",
                Departure.REQUEST_FIELD_ORDER,
                "Undertow keeps fields in a hash table",
                Departure.RESPONSE_FIELD_ORDER,
                "Undertow keeps fields in a hash table");
    }
}
