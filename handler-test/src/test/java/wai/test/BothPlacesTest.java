package wai.test;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import wai.Application;

/// What a client does is the same in memory and over a port: the tests below this class run in both.
@ParameterizedClass(name = "in {0}")
@EnumSource(Place.class)
abstract class BothPlacesTest {
    @Parameter
    Place place = Place.MEMORY;

    private final List<TestClient> clients = new ArrayList<>();

    TestClient client(Application application) {
        var client = place.client(application);
        clients.add(client);
        return client;
    }

    @AfterEach
    void closesItsClients() {
        clients.forEach(TestClient::close);
    }
}
