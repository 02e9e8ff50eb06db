package wai.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import wai.Application;
import wai.Capability;
import wai.tck.Backend;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// The handler of `docs/writing-a-handler.md` keeps the contract.
final class JdkHttpTckTest extends HandlerTck {
    @Override
    protected Backend start(Application application) throws IOException {
        var server = JdkHttpExchange.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), application);
        return Backend.at(server.getAddress(), () -> server.stop(0));
    }

    @Override
    protected Set<Capability> capabilities() {
        return JdkHttpExchange.CAPABILITIES;
    }

    @Override
    protected Map<Departure, String> departures() {
        return Map.ofEntries(
                Map.entry(Departure.REFUSALS, "jdk.httpserver keeps connections, and breaks those of large heads"),
                Map.entry(Departure.REQUEST_LINE, "jdk.httpserver ignores what is behind the third part of the line"),
                Map.entry(Departure.REQUEST_LINE_BLANKS, "jdk.httpserver ignores blanks behind the target"),
                Map.entry(Departure.VERSIONS, "jdk.httpserver takes every version for HTTP/1.1"),
                Map.entry(Departure.FOLDED_LINES, "jdk.httpserver joins folded lines"),
                Map.entry(Departure.BARE_CR, "jdk.httpserver ends a line with a bare CR"),
                Map.entry(Departure.HOST, "jdk.httpserver does not look at Host"),
                Map.entry(Departure.CODINGS, "jdk.httpserver trims control characters off a coding"),
                Map.entry(Departure.TARGETS, "jdk.httpserver parses targets by java.net.URI, which refuses some"),
                Map.entry(Departure.ASTERISK_FORM, "jdk.httpserver finds no context for the target *"),
                Map.entry(
                        Departure.REQUEST_NAME_CASE, "com.sun.net.httpserver.Headers folds names to the form Xxx-yyy"),
                Map.entry(Departure.REQUEST_FIELD_ORDER, "com.sun.net.httpserver.Headers is a map without order"),
                Map.entry(
                        Departure.RESPONSE_NAME_CASE, "com.sun.net.httpserver.Headers folds names to the form Xxx-yyy"),
                Map.entry(Departure.RESPONSE_FIELD_ORDER, "com.sun.net.httpserver.Headers is a map without order"),
                Map.entry(Departure.REASON_PHRASE, "jdk.httpserver writes its own reason phrase for a status code"),
                Map.entry(Departure.DATE, "jdk.httpserver always sets Date by itself"),
                Map.entry(Departure.OWN_CONTINUE, "jdk.httpserver sends 100 before it calls its handler"),
                Map.entry(Departure.TRAILER_SECTION, "jdk.httpserver fails on trailer fields behind a chunked body"),
                Map.entry(Departure.CUT_ON_HTTP_1_0, "jdk.httpserver can close a connection, but not reset it"));
    }

    @Override
    protected String name() {
        return "jdk.httpserver";
    }
}
