package wai.middleware;

import static wai.test.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import wai.Bytes;
import wai.shelf.Bodies;
import wai.test.TestClient;

/// The snippets that no test of their own class runs.
class SamplesTest {
    @Test
    void aBufferedBodyIsCheckedAndRead() {
        var client = TestClient.of(Samples.bufferBody(Bodies.telling()));
        var signature = Samples.signature(Bytes.utf8("order"));

        var signed =
                client.request("POST", "/").header("X-Signature", signature).body("order");
        var changed =
                client.request("POST", "/").header("X-Signature", signature).body("odrer!");

        assertThat(signed.send()).hasStatus(200).bodyContains("\n\norder");
        assertThat(changed.send()).hasStatus(403);
    }

    @Test
    void aLinkLeadsBack() {
        assertThat(TestClient.of(Samples.targetUri()).get("/a?b")).bodyContains("/orders/17");
    }

    @Test
    void partsOfAnApplicationHaveLimitsOfTheirOwn() {
        var client = TestClient.of(Samples.requestSizeLimit(Bodies.telling(), Bodies.telling()));
        var large = "x".repeat(64 * 1024 + 1);

        assertThat(client.post("/upload", large)).hasStatus(200);
        assertThat(client.post("/else", large)).hasStatus(413);
    }
}
