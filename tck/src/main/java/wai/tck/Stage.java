package wai.tck;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import wai.Application;
import wai.Request;
import wai.Respond;
import wai.Response;
import wai.ResponseReceived;
import wai.Status;

/// The one application that a backend runs: hands each request to the scene it names.
final class Stage implements Application {
    private final Map<String, Scene> scenes = new ConcurrentHashMap<>();

    void open(Scene scene) {
        scenes.put(scene.id(), scene);
    }

    void close(Scene scene) {
        scenes.remove(scene.id());
    }

    @Override
    public ResponseReceived handle(Request request, Respond respond) throws Exception {
        var scene = scenes.get(request.headers().first(Scene.RUN, ""));
        return scene == null
                ? respond.with(Response.text(Status.NOT_FOUND, "no case of the kit is running under that number"))
                : scene.handle(request, respond);
    }
}
