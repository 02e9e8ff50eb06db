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
                Map.entry(Departure.HTTP_PARSER, "jdk.httpserver reads HTTP, and takes what it should refuse"),
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
