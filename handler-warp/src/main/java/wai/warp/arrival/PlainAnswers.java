package wai.warp.arrival;

import wai.Application;
import wai.HeaderName;
import wai.Response;
import wai.Status;

/// What a client hears that speaks plain HTTP where TLS is expected, and is not sent elsewhere.
final class PlainAnswers {
    /// 426 with what is expected (RFC 9110 §15.5.22), whatever was asked.
    static final Application UPGRADE_REQUIRED =
            (_, respond) -> respond.with(Response.text(Status.UPGRADE_REQUIRED, "This port speaks HTTPS only.\n")
                    .withHeader(HeaderName.UPGRADE, "TLS/1.2, HTTP/1.1")
                    .withHeader(HeaderName.CONNECTION, "Upgrade, close"));

    private PlainAnswers() {}
}
