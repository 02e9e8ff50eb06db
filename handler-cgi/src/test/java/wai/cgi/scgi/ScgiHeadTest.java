package wai.cgi.scgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wai.cgi.gateway.GatewayFault;

class ScgiHeadTest {
    /// The request of the specification.
    private static final String REQUEST = "70:" + "CONTENT_LENGTH\00027\000SCGI\0001\000REQUEST_METHOD\000POST\000"
            + "REQUEST_URI\000/deepthought\000" + ",";

    private static final String BODY = "What is the answer to life?";

    @Test
    void readsARequestCutAtEveryPosition() throws GatewayFault {
        var whole = (REQUEST + BODY).getBytes(ISO_8859_1);

        for (int cut = 0; cut <= REQUEST.length(); cut++) {
            var head = new ScgiHead(1000, 10);
            var first = ByteBuffer.wrap(whole, 0, cut);
            var second = ByteBuffer.wrap(whole, cut, whole.length - cut);

            boolean complete = head.take(first);
            if (!complete) {
                assertThat(first.hasRemaining()).isFalse();
                complete = head.take(second);
            }

            assertThat(complete).as("cut at %d", cut).isTrue();
            assertThat(head.variables().asMap())
                    .containsExactly(
                            entry("CONTENT_LENGTH", "27"),
                            entry("SCGI", "1"),
                            entry("REQUEST_METHOD", "POST"),
                            entry("REQUEST_URI", "/deepthought"));
            assertThat(second.remaining()).as("bytes of the body").isEqualTo(BODY.length());
        }
    }

    @Test
    void isNotCompleteBeforeTheLastByte() throws GatewayFault {
        for (int end = 0; end < REQUEST.length(); end++) {
            var head = new ScgiHead(1000, 10);

            boolean complete = head.take(ByteBuffer.wrap(REQUEST.getBytes(ISO_8859_1), 0, end));

            assertThat(complete).as("after %d bytes", end).isFalse();
            assertThatThrownBy(head::variables).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void keepsBytesOfValuesAsCharacters() throws GatewayFault {
        var head = head("CONTENT_LENGTH\0000\000SCGI\0001\000PATH_INFO\000/\u00c3\u00a4\000");

        assertThat(head.get("PATH_INFO")).isEqualTo("/\u00c3\u00a4");
    }

    @ParameterizedTest(name = "{0} is refused")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "GET / HTTP/1.1         | the length of the netstring has the byte 0x47: expected digits and a colon",
                ":,                     | the length of the netstring has the byte 0x3A: expected digits and a colon",
                "-1:,                   | the length of the netstring has the byte 0x2D",
                "05:                    | the length of the netstring begins with 0: expected no leading zero",
                "00:                    | the length of the netstring begins with 0",
                "0:,                    | CONTENT_LENGTH is missing or empty",
                "0:;                    | the byte 0x3B follows the netstring of 0 bytes: expected a comma",
                "3:a~b,                 | the netstring ends inside a name or value",
                "2:a~,                  | the netstring ends inside a name or value",
                "3:~b~,                 | the first variable is \"\": expected CONTENT_LENGTH",
                "7:SCGI~1~,             | the first variable is \"SCGI\": expected CONTENT_LENGTH",
                "22:CONTENT_LENGTH~~SCGI~1~, | the byte 0x00 follows",
                "23:CONTENT_LENGTH~~SCGI~1~, | CONTENT_LENGTH is missing or empty",
                "17:CONTENT_LENGTH~0~,  | SCGI is \"\": expected 1",
                "24:CONTENT_LENGTH~0~SCGI~2~,  | SCGI is \"2\": expected 1",
                "41:CONTENT_LENGTH~0~SCGI~1~CONTENT_LENGTH~1~, | CONTENT_LENGTH is \"0\" and \"1\": expected one value",
                "27:CONTENT_LENGTH~0~SCGI~1~~b~, | a variable has no name",
            })
    void refusesWhatIsNoHead(String bytes, String message) {
        assertThatThrownBy(() -> {
                    var head = new ScgiHead(1000, 10);
                    head.take(ByteBuffer.wrap(bytes.replace('~', '\0').getBytes(ISO_8859_1)));
                    head.variables();
                })
                .isInstanceOfSatisfying(
                        GatewayFault.class,
                        fault -> assertThat(fault.status().code()).isEqualTo(400))
                .hasMessageContaining(message);
    }

    @Test
    void takesAsManyBytesAsAllowedAndNoMore() throws GatewayFault {
        var content = "CONTENT_LENGTH\0000\000SCGI\0001\000";

        assertThat(head(content, content.length(), 10).get("SCGI")).isEqualTo("1");
        assertThatThrownBy(() -> head(content, content.length() - 1, 10))
                .isInstanceOfSatisfying(
                        GatewayFault.class,
                        fault -> assertThat(fault.status().code()).isEqualTo(431))
                .hasMessage("the variables have more than the 23 bytes allowed");
    }

    @Test
    void refusesALengthAsSoonAsItIsTooLong() {
        var head = new ScgiHead(Integer.MAX_VALUE / 100, 10);

        assertThatThrownBy(() -> head.take(ByteBuffer.wrap("99999999999999999999".getBytes(ISO_8859_1))))
                .isInstanceOf(GatewayFault.class)
                .hasMessageContaining("bytes allowed");
    }

    @Test
    void takesAsManyVariablesAsAllowedAndNoMore() throws GatewayFault {
        var content = "CONTENT_LENGTH\0000\000SCGI\0001\000";

        assertThat(head(content, 1000, 2).get("SCGI")).isEqualTo("1");
        assertThatThrownBy(() -> head(content, 1000, 1))
                .isInstanceOfSatisfying(
                        GatewayFault.class,
                        fault -> assertThat(fault.status().code()).isEqualTo(431))
                .hasMessage("there are more than the 1 variables allowed");
    }

    private static wai.cgi.gateway.Variables head(String content) throws GatewayFault {
        return head(content, 1000, 10);
    }

    private static wai.cgi.gateway.Variables head(String content, int mostBytes, int mostVariables)
            throws GatewayFault {
        var head = new ScgiHead(mostBytes, mostVariables);
        assertThat(head.take(ByteBuffer.wrap((content.length() + ":" + content + ",").getBytes(ISO_8859_1))))
                .isTrue();
        return head.variables();
    }
}
