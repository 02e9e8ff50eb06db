// The application of checks/nightly/compute: GET /spin?millis=N computes that long, GET / answers at once. With
// -Doffload=true what computes runs on platform threads.

import wai.Application;
import wai.Response;
import wai.Status;
import wai.middleware.Offload;
import wai.warp.Warp;

static void spin(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() - end < 0) {
        Thread.onSpinWait();
    }
}

Application site() {
    return (request, respond) -> {
        request.query().first("millis").ifPresent(millis -> spin(Long.parseLong(millis)));
        return respond.with(Response.text(Status.OK, "done\n"));
    };
}

Application app() {
    return Boolean.getBoolean("offload")
            ? Offload.onThreads(Runtime.getRuntime().availableProcessors())
                    .when(request -> request.rawPath().equals("/spin"))
                    .wrap(site())
            : site();
}

void main() throws Exception {
    Warp.run(Integer.getInteger("port", 8080), app());
}
