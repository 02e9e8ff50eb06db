// Requests that compute, on a few platform threads: everything else is answered meanwhile, and who comes when too many
// wait already is told to come back.
//
//   ./waiup examples/Primes.java
//   curl 'http://127.0.0.1:8080/primes?below=100'        25
//   curl 'http://127.0.0.1:8080/primes?below=10000000'   664579, after a while
//   curl http://127.0.0.1:8080/                          at once, whoever counts meanwhile

import java.util.stream.IntStream;
import wai.Application;
import wai.Request;
import wai.Response;
import wai.Status;
import wai.middleware.Offload;
import wai.warp.Warp;

static final int MOST = 10_000_000;

static boolean isPrime(int n) {
    return IntStream.iterate(2, divisor -> (long) divisor * divisor <= n, divisor -> divisor + 1)
            .allMatch(divisor -> n % divisor != 0);
}

Response primes(String below) {
    if (!below.matches("[0-9]{1,8}") || Integer.parseInt(below) > MOST) {
        return Response.text(Status.BAD_REQUEST, "below=" + below + ": expected 0 to " + MOST + "\n");
    }
    var count = IntStream.range(2, Integer.parseInt(below)).filter(n -> isPrime(n)).count();
    return Response.text(Status.OK, count + "\n");
}

static boolean computes(Request request) {
    return request.rawPath().equals("/primes");
}

Application site() {
    return (request, respond) -> respond.with(
            computes(request)
                    ? primes(request.query().first("below").orElse("100"))
                    : Response.text(Status.OK, "Ask for /primes?below=100\n"));
}

Application app() {
    var processors = Runtime.getRuntime().availableProcessors(); // more threads would only make each other slow
    return Offload.onThreads(processors).withQueue(20).when(request -> computes(request)).wrap(site());
}

void main() throws Exception {
    Warp.run(8080, app());
}
