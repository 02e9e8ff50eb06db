package wai.warp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;
import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.settings.Listener;
import wai.warp.settings.WarpSettings;
import wai.warp.tls.TestAuthority;
import wai.warp.tls.Tls;

/// All cases of h2spec, a client that was not written for this project, over plain TCP and over TLS.
///
/// Its program comes in a jar from Maven's repository, for Linux on x86-64; elsewhere there is nothing to be run.
class H2SpecTest {
    private static final String PROGRAM = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    /// With those of `--strict`.
    private static final int CASES = 146;
    /// How long a case waits for us, in seconds. Only those wait so long that fail.
    private static final int PATIENCE = 5;

    private static final int MINUTES = 5; // a safety net, nothing depends on it
    private static final int TAR_BLOCK = 512;

    /// Cases that must fail, each with the reason.
    private static final Map<String, String> OBSOLETE = Map.of(
            "http2/5.3.1 Sends HEADERS frame that depend on itself",
            "RFC 9113 §5.3.2 has done away with dependencies, and with them the error of RFC 7540 §5.3.1",
            "http2/5.3.1 Sends PRIORITY frame that depend on itself",
            "RFC 9113 §6.3 knows no error but a wrong length: what PRIORITY says is of no concern any more");

    private static final Application ECHO = (request, respond) ->
            respond.with(Response.text(Status.OK, "hello " + request.body().readAllBytes().length));

    @TestFactory
    Stream<DynamicNode> passes(@TempDir Path folder) throws Exception {
        var platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeTrue(platform.equals("Linux amd64"), "h2spec comes for Linux amd64 only, this is " + platform);
        var program = unpack(folder);

        var tls = Tls.of(TestAuthority.create("root").issue("localhost", "localhost"));
        try (var plain = start(listener -> listener);
                var secure = start(listener -> listener.withTls(tls))) {
            var overTcp = new Run(program, folder.resolve("tcp"), plain.port(), List.of());
            var overTls = new Run(program, folder.resolve("tls"), secure.port(), List.of("--tls", "--insecure"));
            return Stream.of(dynamicContainer("h2c", overTcp.tests()), dynamicContainer("TLS", overTls.tests()));
        }
    }

    private static WarpServer start(UnaryOperator<Listener> change) throws IOException {
        var listener = change.apply(Listener.tcp("127.0.0.1", 0));
        return Warp.start(
                WarpSettings.defaults()
                        .withListeners(List.of(listener))
                        .withHooks(WarpSettings.defaults().hooks().withOnFailure(_ -> {})),
                ECHO);
    }

    /// The one file of the archive (POSIX `ustar`): a block that says its name and size, and its bytes.
    private static Path unpack(Path folder) throws IOException {
        try (var archive = ClassLoader.getSystemResourceAsStream(PROGRAM)) {
            assertThat(archive).as(PROGRAM).isNotNull();
            var tar = new GZIPInputStream(archive);
            var header = tar.readNBytes(TAR_BLOCK);
            long size = Long.parseLong(new String(header, 124, 11, US_ASCII), 8);
            var program = folder.resolve("h2spec");
            try (var out = Files.newOutputStream(program)) {
                copy(tar, size, out);
            }
            assertThat(program.toFile().setExecutable(true)).isTrue();
            return program;
        }
    }

    private static void copy(InputStream from, long size, java.io.OutputStream to) throws IOException {
        var buffer = new byte[64 * 1024];
        for (long left = size; left > 0; ) {
            int count = from.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
            if (count == 0) {
                throw new IOException("the archive ends " + left + " bytes before its file");
            }
            to.write(buffer, 0, count);
            left -= count;
        }
    }

    /// One run of the program, which begins at once.
    private static final class Run {
        private final Process process;
        private final Path report;
        private final Path output;

        Run(Path program, Path folder, int port, List<String> options) throws IOException {
            Files.createDirectory(folder);
            report = folder.resolve("report.xml");
            output = folder.resolve("output");
            var command = new ArrayList<>(List.of(program.toString(), "--host", "127.0.0.1", "--strict"));
            command.addAll(List.of("--port", "" + port, "--timeout", "" + PATIENCE, "--junit-report", "" + report));
            command.addAll(options);
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        }

        /// Waits for its end: a test for each case.
        List<DynamicTest> tests() throws Exception {
            try {
                assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
                        .as("h2spec has ended; so far it said %s", Files.readString(output))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            var cases = cases(report);
            var tests = new ArrayList<>(cases.stream().map(H2SpecTest::test).toList());
            tests.add(dynamicTest("there are all cases", () -> {
                assertThat(cases).hasSize(CASES);
                assertThat(cases).extracting(Case::name).containsAll(OBSOLETE.keySet());
            }));
            return tests;
        }
    }

    /// @param name its section and what it sends
    /// @param failure what was expected and seen; empty when it has passed
    private record Case(String name, String failure) {}

    private static List<Case> cases(Path report) throws IOException, ParserConfigurationException, SAXException {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        var elements = document.getElementsByTagName("testcase");
        return IntStream.range(0, elements.getLength())
                .mapToObj(i -> (Element) elements.item(i))
                .map(element -> new Case(
                        element.getAttribute("package") + " " + element.getAttribute("classname"),
                        element.getElementsByTagName("*").getLength() == 0
                                ? ""
                                : "not passed: " + element.getTextContent()))
                .toList();
    }

    private static DynamicTest test(Case each) {
        var obsolete = OBSOLETE.get(each.name);
        return obsolete == null
                ? dynamicTest(each.name, () -> assertThat(each.failure).isEmpty())
                : dynamicTest(each.name + ", which is obsolete", () -> assertThat(each.failure)
                        .as("%s; if it passes by now, its place is with the others", obsolete)
                        .isNotEmpty());
    }
}
