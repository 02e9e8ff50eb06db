package wai.cgi.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import wai.Application;
import wai.Capability;
import wai.ClientDisconnectedException;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Failure;
import wai.cgi.settings.Hooks;

/// An application called through the gateway, in memory.
///
/// @param ending how the call ended
/// @param output the bytes of the response, one character each
/// @param failures what the hook was told
record Called(Ending ending, String output, List<Failure> failures) {
    /// Variables of a usual GET request.
    static Map<String, String> get(String uri) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("REQUEST_METHOD", "GET");
        variables.put("REQUEST_URI", uri);
        variables.put("SERVER_PROTOCOL", "HTTP/1.1");
        variables.put("CONTENT_LENGTH", "");
        return variables;
    }

    /// The same with other variables, `NAME=value` each.
    static Map<String, String> get(String uri, String... more) {
        var variables = get(uri);
        for (var each : more) {
            int equals = each.indexOf('=');
            variables.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return variables;
    }

    static Called of(Application application, Map<String, String> variables) throws GatewayFault {
        return of(application, CgiSettings.defaults(), variables, "");
    }

    static Called of(Application application, CgiSettings settings, Map<String, String> variables, String body)
            throws GatewayFault {
        return of(application, settings, variables, body, Integer.MAX_VALUE);
    }

    /// @param room how many bytes the web server takes before it is gone
    static Called of(
            Application application, CgiSettings settings, Map<String, String> variables, String body, int room)
            throws GatewayFault {
        return of(Gateway::ofServer, application, settings, variables, body, room);
    }

    /// As by a program that the web server started.
    static Called byProgram(Application application, Map<String, String> variables) throws GatewayFault {
        return of(Gateway::ofProgram, application, CgiSettings.defaults(), variables, "", Integer.MAX_VALUE);
    }

    private static Called of(
            BiFunction<Application, CgiSettings, Gateway> kind,
            Application application,
            CgiSettings settings,
            Map<String, String> variables,
            String body,
            int room)
            throws GatewayFault {
        var failures = new ArrayList<Failure>();
        var told = settings.withHooks(Hooks.defaults()
                .withErrorResponse(settings.hooks().errorResponse())
                .withOnFailure(failures::add));
        var builder = Variables.builder();
        for (var each : variables.entrySet()) {
            builder.add(each.getKey(), each.getValue());
        }
        var out = new Pipe(room);
        var ending = kind.apply(application, told)
                .call(
                        builder.build(),
                        new ByteArrayInputStream(body.getBytes(ISO_8859_1)),
                        out,
                        EnumSet.of(Capability.DISCONNECT_SIGNAL, Capability.INCREMENTAL_FLUSH, Capability.RAW_TARGET))
                .run();
        return new Called(ending, out.bytes.toString(ISO_8859_1), failures);
    }

    private static final class Pipe implements Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int room;

        Pipe(int room) {
            this.room = room;
        }

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            if (bytes.size() + count > room) {
                throw new ClientDisconnectedException("the pipe is closed");
            }
            bytes.write(array, offset, count);
        }

        @Override
        public void flush() {}
    }
}
