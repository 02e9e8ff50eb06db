package wai.shelf;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import wai.Middleware;
import wai.test.TestClient;
import wai.test.TestRequest;
import wai.test.TestResponse;

/// A middleware as [ShelfTest] looks at it: with the requests that it lets pass.
///
/// @param name the class, and what is set
/// @param middleware the middleware
/// @param asked what a request needs to pass
/// @param decode the text of a response
/// @param changesBody whether length and tag may be others
/// @param answersFailures whether it answers what the application throws before it has responded
record ShelfRow(
        String name,
        Middleware middleware,
        UnaryOperator<TestRequest> asked,
        Function<TestResponse, String> decode,
        boolean changesBody,
        boolean answersFailures) {
    static ShelfRow row(String name, Middleware middleware) {
        return new ShelfRow(name, middleware, request -> request, TestResponse::text, false, false);
    }

    ShelfRow asking(UnaryOperator<TestRequest> newAsked) {
        return new ShelfRow(name, middleware, newAsked, decode, changesBody, answersFailures);
    }

    ShelfRow decoding(Function<TestResponse, String> newDecode) {
        return new ShelfRow(name, middleware, asked, newDecode, true, answersFailures);
    }

    ShelfRow answeringFailures() {
        return new ShelfRow(name, middleware, asked, decode, changesBody, true);
    }

    TestRequest request(TestClient client, String method, String target) {
        return asked.apply(client.request(method, target));
    }

    TestResponse send(TestClient client, String method, String target) {
        return request(client, method, target).send();
    }

    String text(TestResponse response) {
        return decode.apply(response);
    }

    @Override
    public String toString() {
        return name;
    }
}
