package wai.tck;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Set;
import wai.Bytes;
import wai.Capability;
import wai.Headers;
import wai.tck.ClientRequest.Content;

/// One request of the differential run.
///
/// @param name says what is sent; unique
/// @param request the head
/// @param body what follows it
/// @param trailers the trailer fields of a chunked body
/// @param manner how the client behaves
/// @param needs capabilities without which the answer is the fallback
/// @param dependsOn departures by which the request may not get through, or the response not be seen to be cut
record Probe(
        String name,
        ClientRequest request,
        Bytes body,
        Headers trailers,
        Manner manner,
        Set<Capability> needs,
        Set<Departure> dependsOn) {
    /// How the client behaves.
    enum Manner {
        /// Sends all at once.
        PLAIN,
        /// Waits for `100 Continue`, or a status that is no error, before it sends the body.
        EXPECTING,
        /// Sends five bytes after 101 and reads to the end.
        RAW
    }

    Probe {
        requireNonNull(request, "request");
        needs = Set.copyOf(needs);
        dependsOn = Set.copyOf(dependsOn);
    }

    static Probe of(String method, String target) {
        return new Probe(
                method + " " + target,
                ClientRequest.of(method, target).with("Host", "probe.test"),
                Bytes.EMPTY,
                Headers.EMPTY,
                Manner.PLAIN,
                Set.of(),
                Set.of());
    }

    /// The same with one more field, which the name tells.
    Probe with(String field, String value) {
        return changed(request.with(field, value)).called(", " + field + ": " + shortened(value));
    }

    /// The same with a body of declared length.
    Probe sending(Bytes content) {
        return new Probe(
                name + ", body of " + content.length(),
                request.with(new Content.Declared(content.length())),
                content,
                trailers,
                manner,
                needs,
                dependsOn);
    }

    /// The same with a body whose length is not declared.
    Probe chunked(Bytes content, Headers fields) {
        return new Probe(
                        name + ", chunked body of " + content.length() + (fields.isEmpty() ? "" : " with trailers"),
                        request.with(new Content.Chunked()),
                        content,
                        fields,
                        manner,
                        needs,
                        dependsOn)
                .unless(Departure.LENGTH_REQUIRED);
    }

    Probe in(Manner newManner) {
        return new Probe(name, request, body, trailers, newManner, needs, dependsOn);
    }

    Probe needing(Capability first, Capability... more) {
        return new Probe(name, request, body, trailers, manner, EnumSet.of(first, more), dependsOn);
    }

    Probe unless(Departure departure) {
        var all = EnumSet.of(departure);
        all.addAll(dependsOn);
        return new Probe(name, request, body, trailers, manner, needs, all);
    }

    private Probe changed(ClientRequest newRequest) {
        return new Probe(name, newRequest, body, trailers, manner, needs, dependsOn);
    }

    private Probe called(String more) {
        return new Probe(name + more, request, body, trailers, manner, needs, dependsOn);
    }

    private static String shortened(String value) {
        return value.length() <= 40 ? value : value.substring(0, 20) + "… (" + value.length() + ")";
    }
}
