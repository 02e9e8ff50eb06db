package wai.warp.server;

import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import wai.ClientDisconnectedException;
import wai.ContentTooLargeException;
import wai.spi.ContractViolation;
import wai.spi.Exchange.Progress;
import wai.transport.DeadlineException;
import wai.warp.http1.Http1Fault;
import wai.warp.memory.MemoryTransport.Ending;
import wai.warp.server.ReceivedAnswers.Answer;
import wai.warp.server.ReceivedAnswers.Framing;
import wai.warp.server.SimulatedApplication.Planned;
import wai.warp.server.SimulatedApplication.Seen;
import wai.warp.server.SimulatedRequest.Coding;
import wai.warp.server.SimulatedRequest.Fault;
import wai.warp.server.SimulatedRequest.Reads;
import wai.warp.server.SimulatedRequest.Shape;
import wai.warp.settings.Failure;
import wai.warp.settings.Failure.Phase;

/// What must be seen of a simulated connection, by client, application and hook.
///
/// Two strengths. Whatever happened, the history must hang together: what was seen was sent, what was answered was
/// meant, nothing incomplete looks complete. Of a calm script ([SimulatedScript#isCalm]) the model also knows what must
/// have happened, request by request.
@SuppressWarnings("ReferenceEquality") // requests are told apart by identity
final class SimulationModel {
    private final SimulatedRun run;
    private final SimulatedScript script;
    private final List<SimulatedRequest> requests;
    private final List<Seen> history;
    private final ReceivedAnswers received;
    private final List<Failure> unexplained;

    SimulationModel(SimulatedRun run) {
        this.run = run;
        this.script = run.script;
        this.requests = script.requests();
        this.history = run.application.history();
        this.unexplained = new ArrayList<>(run.failures);
        this.received = ReceivedAnswers.of(
                run.client.received(),
                n -> n < history.size() ? requests.get(n).method() : "GET", // whose head was not read is unknown
                run.client.ending() == Ending.CLOSED);
    }

    void check() {
        checkRequests();
        checkAnswers();
        checkFailures();
        if (script.isCalm()) {
            checkCalm();
        }
    }

    // ------------------------------------------------------------------------------------------ what the app saw

    private void checkRequests() {
        require(history.size() <= requests.size(), "the application saw more requests than were sent");
        for (int i = 0; i < history.size(); i++) {
            var seen = history.get(i);
            var plan = requests.get(i);
            require(seen.plan == plan, "request " + i + " that was seen is not the one that was sent: " + seen);
            require(!plan.flaw().isInHead(), "a malformed request reached the application: " + plan);
            require(seen.request.method().equals(plan.method()), "another method: " + seen);
            require(seen.request.version().toString().equals("HTTP/1." + plan.minor()), "another version: " + seen);
            require(
                    seen.request
                                    .headers()
                                    .first(wai.HeaderName.of("Cookie"), "")
                                    .length()
                            == plan.padding(),
                    "another field: " + seen);
            require(!seen.interruptedBefore || run.killed, "an interrupt leaked into " + seen);
            checkBody(seen, plan);
            checkThrown(seen, plan);
        }
    }

    private void checkBody(Seen seen, SimulatedRequest plan) {
        require(plan.body().startsWith(seen.body.toString()), "another body: " + seen + ": " + seen.body);
        if (seen.bodyEnded) {
            require(seen.body.length() == plan.size(), "the body seemed to end too early: " + seen);
            require(!plan.flaw().isInBody(), "a malformed body seemed to be whole: " + seen);
            require(end(plan) <= script.sent(), "a body that was cut seemed to be whole: " + seen);
        }
        if (seen.trailers != null) {
            require(seen.trailers.equals(plan.trailer()), "other trailers: " + seen.trailers);
        }
        require(script.behind().startsWith(seen.raw.toString()), "other raw bytes: " + seen.raw);
        require(seen.told <= (plan.act().watches() ? 1 : 0), "told too often: " + seen);
        boolean mayLeave = !script.isCalm() || script.early() || script.cut() || script.endsRoughly();
        boolean unreadable = plan.flaw().isInBody(); // which ends the connection too
        require(seen.told == 0 || mayLeave || unreadable, "told of a client that had not left: " + seen);
    }

    /// Whatever the application got to see of a failure must have happened.
    private void checkThrown(Seen seen, SimulatedRequest plan) {
        switch (seen.thrown) {
            case null -> {}
            case Planned _ -> {}
            case ContractViolation _ ->
                require(plan.act().fault() == Fault.TWICE && seen.responded, "a violation of what? " + seen);
            case ContentTooLargeException _ ->
                require(plan.flaw() == SimulatedRequest.Flaw.CHUNKS_TOO_LARGE, "too large? " + seen);
            case ClientDisconnectedException gone -> {
                boolean flawed =
                        gone.getCause() instanceof Http1Fault && (plan.flaw().isInBody() || end(plan) > script.sent());
                boolean late =
                        gone.getCause() instanceof DeadlineException && (script.isSlow() || end(plan) > script.sent());
                boolean mayLeave = !script.isCalm() || script.early() || script.cut() || script.endsRoughly();
                require(flawed || late || mayLeave, "disconnected? " + seen);
            }
            case DeadlineException _ -> require(script.isSlow(), "too late? " + seen); // of raw
            case InterruptedException _ -> require(plan.act().interrupted() || run.killed, "interrupted? " + seen);
            case ClosedByInterruptException _ -> require(run.killed, "interrupted in a file? " + seen);
            default ->
                require(
                        plan.act().shape() == Shape.VANISHED_FILE
                                && seen.thrown instanceof java.nio.file.NoSuchFileException,
                        "thrown by whom? " + seen);
        }
    }

    /// Where a request ends in the bytes of the client.
    private int end(SimulatedRequest plan) {
        int end = 0;
        for (var request : requests) {
            end += request.bytes().length();
            if (request == plan) {
                break;
            }
        }
        return end;
    }

    // ------------------------------------------------------------------------------------------ what the client got

    private void checkAnswers() {
        var answers = received.answers();
        require(answers.size() <= history.size() + 1, "more answers than requests");
        for (int i = 0; i < answers.size(); i++) {
            checkAnswer(i, answers.get(i));
            require(
                    !answers.get(i).says("Connection: close") || i == answers.size() - 1,
                    "an answer behind one that closes");
        }
        if (!answers.isEmpty() && answers.getLast().says("Connection: close")) {
            require(history.size() <= answers.size(), "a request was seen behind an answer that closes");
            require(received.rest().isEmpty(), "bytes behind an answer that closes: " + received.rest());
        }
        if (!received.rest().isEmpty()) {
            checkRest(answers.size());
        }
        for (int i = answers.size(); i < history.size(); i++) {
            var seen = history.get(i);
            // who asks for the end and sends more makes a reset of it
            boolean overrun = !keeps(requests.get(i)) && end(requests.get(i)) < script.sent();
            boolean lost = !script.isCalm() || script.endsRoughly() || overrun;
            require(!seen.responded || lost, "a response was handed over and did not arrive: " + seen);
        }
    }

    private void checkAnswer(int number, Answer answer) {
        if (number == history.size()) {
            boolean refused = List.of(400, 408, 413, 414, 417, 431, 501, 505).contains(answer.status());
            require(refused && answer.says("Connection: close"), "an answer to no request: " + answer);
            return;
        }
        var seen = history.get(number);
        var plan = requests.get(number);
        if (answer.field("X-Number") != null) {
            require(answer.says("X-Number: " + number), "the answer to another request: " + answer);
            require(seen.responding, "an answer that was not given: " + answer);
            require(!fails(plan) || hasAll(plan), "an answer that failed looks complete: " + answer);
            checkContent(plan, seen, answer);
            return;
        }
        boolean refused = List.of(400, 408, 413, 500).contains(answer.status());
        require(refused, "an answer that nobody meant: " + answer);
        require(
                answer.status() != 500
                        || answer.body().isEmpty()
                        || answer.body().equals("500 Internal Server Error\n"),
                "another 500: " + answer);
        require(seen.ended && !seen.responded && !(seen.thrown == null), "an error without an error: " + answer);
    }

    private void checkContent(SimulatedRequest plan, Seen seen, Answer answer) {
        var shape = plan.act().shape();
        int status = shape == Shape.NO_CONTENT ? 204 : shape == Shape.RAW ? 101 : 200;
        require(answer.status() == status, "another status: " + answer);
        var body = body(plan, seen);
        require(
                answer.framing() == Framing.RAW ? body.startsWith(answer.body()) : body.equals(answer.body()),
                "another body of " + plan + ": " + answer);
        if (shape == Shape.STREAM && answer.framing() == Framing.CHUNKED) {
            require(answer.trailers().equals("Count: " + plan.act().size() + "\r\n"), "other trailers: " + answer);
        }
        for (int status1 : answer.informed()) {
            require(
                    status1 == 100
                            ? plan.expects()
                            : status1 == 103 && plan.act().informs(),
                    "another informational status: " + answer);
        }
    }

    /// The content that the client must get.
    private String body(SimulatedRequest plan, Seen seen) {
        if (plan.method().equals("HEAD")) {
            return "";
        }
        return switch (plan.act().shape()) {
            case FILE, LARGE_FILE ->
                SimulatedApplication.FILE_TEXT.substring(
                        plan.number(), plan.number() + plan.act().size());
            case NO_CONTENT -> "";
            case ECHO_STREAM -> plan.body();
            case RAW -> seen.raw.toString();
            default -> plan.responseBody();
        };
    }

    /// Half a response must be the beginning of the one that is due, and nobody may take it for a whole one.
    private void checkRest(int number) {
        var rest = received.rest();
        require(number <= history.size(), "half an answer to no request: " + rest);
        if (number == history.size()) {
            require(!script.isCalm() || script.cut(), "half a refusal: " + rest);
            return;
        }
        int head = rest.indexOf("\r\n\r\n");
        boolean untilClose = head >= 0
                && !rest.substring(0, head + 2).contains("Content-Length: ")
                && !rest.substring(0, head + 2).contains("Transfer-Encoding: ");
        boolean resets = script.has(SimulatedScript.Kind.RESET) || script.end() == SimulatedScript.End.RESET;
        require(
                !untilClose || run.client.ending() == Ending.RESET || resets,
                "half an answer until the end looks complete: " + rest);
        if (head >= 0 && rest.startsWith("HTTP/1.1 200")) {
            require(rest.contains("\r\nX-Number: " + number + "\r\n"), "half an answer to another request: " + rest);
            if (rest.contains("\r\nContent-Length: ")) {
                var body = body(requests.get(number), history.get(number));
                require(body.startsWith(rest.substring(head + 4)), "half of another body: " + rest);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ what the hook heard

    private void checkFailures() {
        for (var seen : history) {
            var thrown = seen.thrown;
            if (thrown != null) {
                checkReported(seen, thrown);
            } else if (seen.plan != null && seen.plan.act().fault() == Fault.NULL && seen.responded) {
                require(takeViolation(seen), "the violation was not reported: " + seen);
            }
        }
        for (var failure : unexplained) {
            require(failure.phase() != Phase.SERVER, "a failure of the server: " + failure);
            // an application that is interrupted leaves the thread behind that responds for it
            require(failure.phase() != Phase.CONTRACT || run.killed, "a violation by nobody: " + failure);
            require(failure.phase() != Phase.APPLICATION, "a failure of no application: " + failure);
            if (failure.cause() instanceof Http1Fault) {
                boolean flawed = requests.stream().anyMatch(request -> request.flaw() != SimulatedRequest.Flaw.NONE);
                boolean cut = script.sent() < script.bytes().length() || !script.isCalm() || script.endsRoughly();
                require(flawed || cut, "a fault of nobody: " + failure);
            } else {
                boolean mayFail = script.cut() || script.early() || script.endsRoughly();
                require(!script.isCalm() || mayFail, "a failure in a calm script: " + failure);
            }
        }
    }

    private boolean takeViolation(Seen seen) {
        return unexplained.removeIf(failure -> failure.phase() == Phase.CONTRACT
                && failure.request().filter(one -> one == seen.request).isPresent());
    }

    private void checkReported(Seen seen, Throwable thrown) {
        var reports = unexplained.stream().filter(one -> one.cause() == thrown).toList();
        unexplained.removeAll(reports);
        require(reports.size() == 1, "reported " + reports.size() + " times: " + thrown + " of " + seen);
        var report = reports.getFirst();
        require(report.request().filter(one -> one == seen.request).isPresent(), "without its request: " + report);
        var progress = seen.responded ? Progress.SENT : seen.responding ? Progress.SENDING : Progress.NONE;
        boolean interrupted = run.killed && thrown instanceof InterruptedException; // perhaps ahead of the response
        require(report.progress() == progress || interrupted, "another progress than " + progress + ": " + report);
        var phase =
                switch (thrown) {
                    case ContractViolation _ -> Phase.CONTRACT;
                    case ContentTooLargeException _ -> Phase.REQUEST;
                    case ClientDisconnectedException _ -> null; // of either direction
                    default -> Phase.APPLICATION;
                };
        require(phase == null || phase == report.phase(), "another phase than " + phase + ": " + report);
    }

    // ------------------------------------------------------------------------------------------ calm scripts

    /// Every request that was sent must have been answered as planned, up to the one that ends the connection.
    private void checkCalm() {
        for (int i = 0; i < requests.size(); i++) {
            var plan = requests.get(i);
            if (end(plan) > script.sent()) {
                return; // it was cut, and the rest is history
            }
            if (plan.flaw().isInHead()) {
                require(history.size() == i, "a request behind a malformed one was seen");
                requireRefusal(i, plan.flaw().status);
                return;
            }
            require(history.size() > i, "not seen: " + plan);
            if (!keeps(plan) && end(plan) < script.sent()) {
                require(history.size() == i + 1, "seen behind a request that closes: " + history.getLast());
                return; // who asks for the end and sends more may get a reset
            }
            if (!checkCalm(i, plan)) {
                require(history.size() == i + 1, "seen behind the end of the connection: " + history.getLast());
                require(received.answers().size() <= i + 1, "answered behind the end of the connection");
                require(run.endedByServer || plan.act().shape() == Shape.RAW, "not ended: " + plan);
                boolean may = fails(plan) || plan.act().shape() == Shape.RAW;
                require(may || !run.client.isReset(), "an answer that the client may not see: " + plan);
                return;
            }
        }
        require(received.answers().size() == requests.size(), "not one answer for each request");
        require(received.rest().isEmpty(), "bytes behind the last answer: " + received.rest());
        require(run.client.ending() == Ending.CLOSED, "not closed in good order");
    }

    /// Answers whether the connection lives.
    private boolean checkCalm(int number, SimulatedRequest plan) {
        boolean flawed = plan.flaw().isInBody();
        if (flawed && plan.act().reads() == Reads.ALL) {
            requireRefusal(number, plan.flaw().status);
            return false;
        }
        if (plan.act().fault() == Fault.BEFORE) {
            var answer = answer(number);
            require(answer.status() == 500, "expected 500: " + answer);
            return lives(plan, answer, false);
        }
        if (plan.act().shape() == Shape.VANISHED_FILE && !plan.method().equals("HEAD")) {
            requireRefusal(number, 500);
            return false;
        }
        if (fails(plan)) {
            require(received.answers().size() == number || hasAll(plan), "answered and failed: " + plan);
            require(plan.act().shape() == Shape.RAW || run.client.ending() == Ending.RESET, "not cut: " + plan);
            return false;
        }
        var answer = answer(number);
        require(answer.field("X-Number") != null, "another answer to " + plan + ": " + answer);
        checkInformed(plan, answer);
        if (plan.act().shape() == Shape.RAW) {
            boolean whole = plan.act().fault() != Fault.IN_BODY && plan.act().fault() != Fault.BEHIND_BODY;
            require(!whole || script.cut() || answer.body().equals(script.behind()), "not all raw bytes came back");
            return false;
        }
        return lives(plan, answer, plan.act().streams() && !plan.method().equals("HEAD"));
    }

    private void checkInformed(SimulatedRequest plan, Answer answer) {
        var expected = new ArrayList<Integer>();
        if (plan.act().informs() && plan.minor() == 1) {
            expected.add(103);
        }
        if (plan.expects() && asksForBody(plan)) {
            expected.add(100);
        }
        require(answer.informed().equals(expected), "informed by " + answer.informed() + ", not " + expected);
    }

    private boolean lives(SimulatedRequest plan, Answer answer, boolean streamed) {
        boolean untilClose = streamed && plan.minor() == 0 && plan.act().shape() != Shape.SIZED_STREAM;
        boolean waits = plan.expects() && !asksForBody(plan);
        boolean tooMuch = !streamed
                && plan.coding() == Coding.LENGTH
                && !isReadBefore(plan)
                && plan.size() > SimulatedRequest.DRAIN_LIMIT;
        boolean closes = !keeps(plan) || untilClose || waits || tooMuch;
        var said = answer.field("Connection");
        var expected = closes ? "close" : plan.minor() == 0 ? "keep-alive" : null;
        boolean last = "close".equals(said) && script.halfClosesEarly();
        require(
                last || java.util.Objects.equals(said, expected),
                "Connection: " + said + ", expected " + expected + ": " + plan);
        return !closes && !last && !plan.flaw().isInBody() && !leavesTooMuch(plan);
    }

    private static boolean keeps(SimulatedRequest plan) {
        return plan.minor() == 1
                ? !plan.connection().equals("close")
                : plan.connection().equals("keep-alive");
    }

    /// Whether the application reads before anything of its response went out: also a stream that begins by reading.
    private static boolean asksForBody(SimulatedRequest plan) {
        return isReadBefore(plan)
                || (plan.act().shape() == Shape.ECHO_STREAM
                        && !plan.method().equals("HEAD")
                        && plan.act().fault() != Fault.BEFORE);
    }

    private static boolean isReadBefore(SimulatedRequest plan) {
        return plan.act().reads() == Reads.ALL || plan.act().reads() == Reads.SOME;
    }

    /// Whether more of the body is left unread than the server throws away.
    private static boolean leavesTooMuch(SimulatedRequest plan) {
        boolean head = plan.method().equals("HEAD");
        boolean echoed =
                plan.act().shape() == Shape.ECHO_STREAM && !head && plan.act().fault() != Fault.BEFORE;
        boolean read = plan.act().reads() == Reads.ALL
                || echoed
                || (plan.act().reads() == Reads.LATE && plan.act().fault() != Fault.BEFORE);
        return !read && plan.size() > SimulatedRequest.DRAIN_LIMIT;
    }

    /// Whether the response must break off.
    private static boolean fails(SimulatedRequest plan) {
        var act = plan.act();
        if (!act.streams() || plan.method().equals("HEAD")) {
            return false;
        }
        boolean flawed = plan.flaw().isInBody() && act.shape() == Shape.ECHO_STREAM;
        return flawed || act.fault() == Fault.IN_BODY || act.fault() == Fault.BEHIND_BODY;
    }

    /// Whether it failed behind the last byte that its head had announced, so that it is complete all the same.
    private static boolean hasAll(SimulatedRequest plan) {
        var act = plan.act();
        return act.shape() == Shape.SIZED_STREAM && (act.size() == 0 || act.fault() == Fault.BEHIND_BODY);
    }

    private Answer answer(int number) {
        require(received.answers().size() > number, "no answer to " + requests.get(number));
        return received.answers().get(number);
    }

    private void requireRefusal(int number, int status) {
        var answer = answer(number);
        require(
                answer.status() == status && answer.says("Connection: close"),
                "expected " + status + " and close: " + answer);
        require(received.rest().isEmpty(), "bytes behind a refusal: " + received.rest());
        require(received.answers().size() == number + 1, "an answer behind a refusal");
        require(run.client.ending() == Ending.CLOSED && !run.client.isReset(), "a refusal that the client may not see");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
