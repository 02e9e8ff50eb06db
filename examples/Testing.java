// Tests an application in memory, without a port and without a test framework. In JUnit the three tests would be
// methods of a class; the client is the same.
//
//   ./waiup examples/Testing.java                                     serves the application
//   java -cp 'runner/target/app/*' examples/Testing.java              runs the tests, once waiup was built
//       ok      greets by name
//       ok      greets in the client's language
//       ok      knows no other page
//       3 passed, 0 failed

import static wai.test.Assertions.assertThat;

import wai.Application;
import wai.HeaderName;
import wai.Response;
import wai.Status;
import wai.test.TestClient;

Application app() {
    return (request, respond) -> {
        var path = request.path();
        if (path.size() != 2 || !path.getFirst().equals("greet")) {
            return respond.with(Response.text(Status.NOT_FOUND, "Try /greet/Ada\n"));
        }
        var french = request.headers().first(HeaderName.ACCEPT_LANGUAGE, "").startsWith("fr");
        var greeting = (french ? "Bonjour, " : "Hello, ") + path.getLast() + "!\n";
        return respond.with(Response.text(Status.OK, greeting).withHeader(HeaderName.VARY, "Accept-Language"));
    };
}

void main() {
    var client = TestClient.of(app());

    test("greets by name", () -> {
        var response = client.get("/greet/Ada%20Lovelace");

        assertThat(response).hasStatus(200).hasBody("Hello, Ada Lovelace!\n");
    });
    test("greets in the client's language", () -> {
        var response = client.withHeader(HeaderName.ACCEPT_LANGUAGE, "fr-CH, fr;q=0.9").get("/greet/Ada");

        assertThat(response).hasStatus(200).hasBody("Bonjour, Ada!\n").hasHeader("Vary", "Accept-Language");
    });
    test("knows no other page", () -> {
        var response = client.get("/");

        assertThat(response).hasStatus(404);
    });

    IO.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
}

int passed;
int failed;

void test(String name, Runnable test) {
    try {
        test.run();
        passed++;
        IO.println("ok      " + name);
    } catch (AssertionError e) {
        failed++;
        IO.println("FAILED  " + name + "\n" + e.getMessage());
    }
}
