package wai.servlet.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// The servlet keeps the contract in Undertow.
final class UndertowTckTest extends HandlerTck {
    @Override
    protected Backend start(Application application) throws IOException {
        var server = UndertowServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), application);
        return Backend.at(server.address(), server);
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.RAW,
                Capability.REQUEST_TRAILERS,
                Capability.RESPONSE_TRAILERS,
                Capability.INCREMENTAL_FLUSH,
                Capability.RAW_TARGET);
    }

    @Override
    protected Map<Departure, String> departures() {
        return Map.ofEntries(
                Map.entry(Departure.EMPTY_QUERY, "Undertow does not keep the ? of a query without anything behind it"),
                Map.entry(Departure.HTTP_PARSER, "Undertow takes chunks that are longer than their size"),
                Map.entry(
                        Departure.CONTENT_TYPE_TEXT,
                        "Undertow writes the charset of Content-Type anew, behind the other parameters"),
                Map.entry(Departure.TARGETS, "Undertow refuses broken escapes and characters that are to be escaped"),
                Map.entry(Departure.ASTERISK_FORM, "Undertow finds no servlet for OPTIONS * and answers 500"),
                Map.entry(Departure.REQUEST_DUPLICATES, "Undertow joins several Cookie fields by a semicolon"),
                Map.entry(Departure.FIELD_WHITE_SPACE, "Undertow makes one blank of several inside a value"),
                Map.entry(Departure.REQUEST_FIELD_ORDER, "Undertow keeps fields in a hash table"),
                Map.entry(Departure.RESPONSE_FIELD_ORDER, "Undertow keeps fields in a hash table"),
                Map.entry(
                        Departure.TRAILER_DUPLICATES,
                        "a servlet gets trailer fields as a map, in which Undertow keeps the last of a name"));
    }
}
