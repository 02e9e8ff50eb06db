package wai.tck;

import java.util.Set;
import wai.Application;
import wai.Capability;

/// The positive control: an honest handler that can do everything is all green.
final class GoodHandlerTest extends HandlerTck {
    private final GoodHandler handler = new GoodHandler(Scene.PATIENCE);

    @Override
    protected Backend start(Application application) throws Exception {
        return handler.start(application);
    }

    @Override
    protected Set<Capability> capabilities() {
        return handler.capabilities();
    }
}
