package wai.lint;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import wai.BodySink;
import wai.Response;
import wai.StreamingBody;

/// A streaming body that left a layer: whoever runs it runs it once and in time, and it writes what was declared.
final class LintStream implements StreamingBody {
    private final LintCall call;
    private final StreamingBody body;
    private final Response response;
    private final @Nullable Response inside;
    private final AtomicBoolean run = new AtomicBoolean();
    private volatile @Nullable LintContent content;

    /// @param response the response of which it is the body
    /// @param inside what the layer itself got from inside; null when it got nothing
    LintStream(LintCall call, StreamingBody body, Response response, @Nullable Response inside) {
        this.call = call;
        this.body = body;
        this.response = response;
        this.inside = inside;
    }

    @Override
    public void writeTo(BodySink out) throws Exception {
        call.checkRun(run.getAndSet(true));
        var sink = new LintSink(out, call, LintFraming.declaredLength(response.headers()));
        try {
            body.writeTo(sink);
        } finally {
            sink.end();
        }
        sink.checkComplete();
        content = sink.content();
        if (inside != null) {
            LintReplacement.ofStream(call.method(), inside, response, sink.content())
                    .ifPresent(call::report);
        }
    }

    /// What was written; null before the end.
    @Nullable
    LintContent content() {
        return content;
    }
}
