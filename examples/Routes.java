// Routing with the language alone: requests are parsed into a sealed type, and the compiler keeps the table complete.
//
//   ./waiup examples/Routes.java
//   curl http://127.0.0.1:8080/                      Books: 1, 2
//   curl http://127.0.0.1:8080/books/1               Emma
//   curl http://127.0.0.1:8080/books/3               404 There is no book 3.
//   curl http://127.0.0.1:8080/books/x               404 Not found.
//   curl -X DELETE http://127.0.0.1:8080/books/1     405 Allowed here: GET
//
// A new kind of route that answer() forgets does not compile.

import wai.Application;
import wai.HeaderName;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

static final SortedMap<Integer, String> BOOKS = new TreeMap<>(Map.of(1, "Emma", 2, "Persuasion"));

sealed interface Route {
    record Index() implements Route {}

    record Book(int number) implements Route {}

    record WrongMethod(String allowed) implements Route {}

    record Unknown() implements Route {}

    static Route of(Request request) {
        var place = place(request.path());
        boolean reads = List.of("GET", "HEAD").contains(request.method());
        return reads || place instanceof Unknown ? place : new WrongMethod("GET");
    }

    private static Route place(List<String> path) {
        if (path.isEmpty()) {
            return new Index();
        }
        if (path.size() == 2 && path.getFirst().equals("books") && path.getLast().matches("[0-9]{1,9}")) {
            return new Book(Integer.parseInt(path.getLast()));
        }
        return new Unknown();
    }
}

Application app() {
    return (request, respond) -> respond.with(answer(Route.of(request)));
}

Response answer(Route route) {
    return switch (route) {
        case Route.Index() ->
            Response.text(
                    Status.OK,
                    BOOKS.keySet().stream().map(String::valueOf).collect(Collectors.joining(", ", "Books: ", "\n")));
        case Route.Book(var number) when BOOKS.containsKey(number) ->
            Response.text(Status.OK, BOOKS.get(number) + "\n");
        case Route.Book(var number) -> Response.text(Status.NOT_FOUND, "There is no book " + number + ".\n");
        case Route.WrongMethod(var allowed) ->
            Response.text(Status.METHOD_NOT_ALLOWED, "Allowed here: " + allowed + "\n")
                    .withHeader(HeaderName.ALLOW, allowed);
        case Route.Unknown() -> Response.text(Status.NOT_FOUND, "Not found.\n");
    };
}

void main() throws Exception {
    Warp.run(8080, app());
}
