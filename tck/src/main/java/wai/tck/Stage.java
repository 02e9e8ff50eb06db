package wai.tck;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// The one application that a backend runs: hands each request to the run it names.
final class Stage implements Application {
    private final Map<String, Application> runs = new ConcurrentHashMap<>();

    void open(Scene scene) {
        open(scene.id(), scene::handle);
    }

    /// From now on requests of that run go to that application.
    void open(String run, Application application) {
        runs.put(run, application);
    }

    void close(Scene scene) {
        runs.remove(scene.id());
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var run = runs.get(request.headers().first(Scene.RUN, ""));
        return run == null
                ? respond.with(Response.text(Status.NOT_FOUND, "no case of the kit is running under that number"))
                : run.handle(request, respond);
    }
}
