package wai.cgi.front;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import wai.Capability;
import wai.tck.Departure;
import wai.tck.HandlerTck;

/// The whole kit through a real web server, whatever is between it and the application.
///
/// What web servers do otherwise is declared here; `docs/web-servers.md` says it to users.
abstract class BehindWebServerTck extends HandlerTck {
    private final WebServer kind;

    BehindWebServerTck(WebServer kind) {
        this.kind = kind;
    }

    WebServer kind() {
        return kind;
    }

    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET);
    }

    /// Whether nginx sees the end of the client's direction before it has the whole response is a race.
    @Override
    protected Set<Departure> occasional() {
        return kind == WebServer.NGINX ? Set.of(Departure.CLIENT_HALF_CLOSE) : Set.of();
    }

    @Override
    protected Map<Departure, String> departures() {
        var all = new EnumMap<Departure, String>(Departure.class);
        all.put(Departure.REQUEST_NAME_CASE, "fields come as names of variables, which have one case");
        all.put(Departure.REQUEST_RESERVED_FIELDS, "Proxy would become HTTP_PROXY; _ and - are the same in variables");
        all.put(Departure.RESPONSE_RESERVED_FIELDS, "Status is how the status is told (RFC 3875 §6.3.3)");
        all.put(Departure.REASON_PHRASE, "web servers have phrases of their own");
        all.put(Departure.REFUSALS, "web servers refuse with statuses of their own, or keep the connection");
        switch (kind) {
            case APACHE -> {
                all.put(Departure.FOLDED_LINES, "httpd joins folded lines");
                all.put(Departure.VERSIONS, "httpd takes other versions");
                all.put(Departure.HEAD_LENGTH, "httpd takes a Content-Length of 0 out of every answer to HEAD");
                all.put(Departure.TARGETS, "httpd refuses percent signs that encode nothing");
                all.put(Departure.ASTERISK_FORM, "httpd answers OPTIONS * itself");
                all.put(Departure.REQUEST_DUPLICATES, "httpd joins the lines of a field");
                all.put(Departure.REQUEST_FIELD_ORDER, "httpd joins the lines of a field");
                all.put(Departure.RESPONSE_FIELD_ORDER, "httpd joins the lines of a field");
                all.put(Departure.CONTENT_TYPE_TEXT, "httpd writes the type in lower case");
                all.put(Departure.RESPONSE_DUPLICATES, "httpd joins the lines of a field");
                all.put(Departure.REQUEST_COOKIES, "httpd joins the lines of a field, of Cookie too");
                all.put(Departure.CUT_ON_HTTP_1_0, "httpd ends a response whose rest does not come");
            }
            case NGINX -> {
                all.put(
                        Departure.CONTENT_FIELDS_PLACE,
                        "nginx sends Content-Type first, and variables tell it apart from the other fields");
                all.put(Departure.HTTP_0_9, "nginx speaks HTTP/0.9");
                all.put(Departure.REQUEST_LINE_BLANKS, "nginx counts several blanks in a request line as one");
                all.put(Departure.BROKEN_CHUNKS, "nginx waits behind a size of a chunk with a blank in it");
                all.put(Departure.FIELD_LINES, "nginx leaves out lines that are no fields");
                all.put(Departure.BARE_CR, "nginx takes a bare CR at the end of a line");
                all.put(Departure.HOST, "nginx takes a Host with user information");
                all.put(Departure.METHODS, "nginx refuses methods of anything but capitals");
                all.put(Departure.TARGETS, "nginx refuses percent signs that encode nothing");
                all.put(Departure.ASTERISK_FORM, "nginx refuses OPTIONS *");
                all.put(Departure.CLIENT_HALF_CLOSE, "nginx takes a client that ends its direction for one that left");
                all.put(Departure.CUT_ON_HTTP_1_0, "nginx closes the connection in good order");
            }
            case LIGHTTPD -> {
                all.put(Departure.FOLDED_LINES, "lighttpd joins folded lines");
                all.put(Departure.EXPECTATIONS, "lighttpd drops Expect");
                all.put(Departure.HOST, "lighttpd takes the same Host twice");
                all.put(Departure.EMPTY_LINE, "lighttpd refuses an empty line before a request");
                all.put(Departure.ASTERISK_FORM, "lighttpd answers OPTIONS * itself");
                all.put(Departure.REQUEST_DUPLICATES, "lighttpd joins the lines of a field");
                all.put(Departure.REQUEST_FIELD_ORDER, "lighttpd joins the lines of a field");
                all.put(Departure.RESPONSE_FIELD_ORDER, "lighttpd joins the lines of a field");
                all.put(Departure.EMPTY_FIELDS, "lighttpd drops fields that are empty, both ways");
                all.put(Departure.LENGTH_REQUIRED, "lighttpd demands a length of POST");
                all.put(Departure.METHODS, "lighttpd refuses methods that it does not know");
                all.put(Departure.TARGETS, "lighttpd refuses absolute targets without a path");
            }
        }
        return all;
    }
}
