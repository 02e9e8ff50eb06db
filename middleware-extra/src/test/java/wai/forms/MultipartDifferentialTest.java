package wai.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.fileupload2.core.AbstractFileUpload;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.RequestContext;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.junit.jupiter.api.Test;

/// What commons-fileupload2 and mime4j make of the same bytes: of well-formed forms the same, of malformed ones never
/// something else than we do without saying that it is malformed.
class MultipartDifferentialTest {
    private static final int TRIES = 300;
    private static final String TYPE = "multipart/form-data; boundary=b";

    /// What a reader sees of an entry: its name, its file name, its content.
    private record Entry(String name, String fileName, String content) {
        /// Without the blanks at the ends of names, which commons-fileupload2 takes away.
        Entry {
            name = name.strip();
            fileName = fileName.strip();
        }
    }

    @Test
    void wellFormedFormsAreReadAsOthersReadThem() throws Exception {
        for (long seed : seeds()) {
            var body = wellFormed(new SplittableRandom(seed));

            var ours = ours(body);

            assertThat(commons(body)).as("commons-fileupload2, -Dseed=%s", seed).isEqualTo(ours);
            assertThat(mime4j(body)).as("mime4j, -Dseed=%s", seed).isEqualTo(ours);
        }
    }

    @Test
    void whatWeTakeOfDamagedFormsCommonsTakesToo() throws Exception {
        int taken = 0;
        int refused = 0;
        for (long seed : seeds()) {
            var random = new SplittableRandom(seed);
            var body = damaged(random, wellFormed(random));
            List<Entry> ours;
            try {
                ours = ours(body);
            } catch (FormException _) { // to be stricter is no difference that anybody could use
                refused++;
                continue;
            }
            taken++;
            if (new String(body, ISO_8859_1).contains("--b ")) {
                continue; // blanks behind a boundary, which RFC 2046 §5.1.1 has us take: the others stop there
            }
            assertThat(commons(body)).as("commons-fileupload2, -Dseed=%s", seed).isEqualTo(ours);
        }
        assertThat(taken).as("damaged forms that are taken").isPositive();
        assertThat(refused).as("damaged forms that are refused").isPositive();
    }

    private static List<Long> seeds() {
        var replayed = Long.getLong("seed");
        if (replayed != null) {
            return List.of(replayed);
        }
        long first = System.nanoTime();
        var seeds = new ArrayList<Long>();
        for (int i = 0; i < TRIES; i++) {
            seeds.add(first + i);
        }
        return seeds;
    }

    // ------------------------------------------------------------------------------------------ readers

    private static List<Entry> ours(byte[] body) throws Exception {
        var entries = new ArrayList<Entry>();
        Forms.defaults().each(Multipart.post(TYPE, new ByteArrayInputStream(body), body.length), part -> {
            var content = new String(part.content().readAllBytes(), ISO_8859_1);
            entries.add(new Entry(part.name(), part.sentFileName().orElse("-"), content));
        });
        return entries;
    }

    private static List<Entry> commons(byte[] body) throws Exception {
        var upload = new Upload();
        var entries = new ArrayList<Entry>();
        var items = upload.getItemIterator(body);
        while (items.hasNext()) {
            var item = items.next();
            try (var content = item.getInputStream()) {
                var text = new String(content.readAllBytes(), ISO_8859_1);
                entries.add(new Entry(item.getFieldName(), item.isFormField() ? "-" : item.getName(), text));
            }
        }
        return entries;
    }

    private static List<Entry> mime4j(byte[] body) throws Exception {
        var stream = new MimeTokenStream(MimeConfig.PERMISSIVE);
        stream.parseHeadless(new ByteArrayInputStream(body), TYPE);
        var entries = new ArrayList<Entry>();
        String disposition = "";
        for (var state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            if (state == EntityState.T_FIELD && stream.getField().getName().equalsIgnoreCase("Content-Disposition")) {
                disposition = new String(stream.getField().getRaw().toByteArray(), UTF_8).split(":", 2)[1];
            }
            if (state == EntityState.T_BODY) {
                var parsed = FieldParameters.parse("Content-Disposition", disposition.strip());
                var content = new String(stream.getInputStream().readAllBytes(), ISO_8859_1);
                entries.add(new Entry(
                        parsed.get("name").orElse("?"), parsed.get("filename").orElse("-"), content));
            }
        }
        return entries;
    }

    private static final class Upload extends AbstractFileUpload<byte[], DiskFileItem, DiskFileItemFactory> {
        @Override
        public FileItemInputIterator getItemIterator(byte[] body) throws IOException {
            return getItemIterator(new Context(body));
        }

        @Override
        public Map<String, List<DiskFileItem>> parseParameterMap(byte[] body) throws FileUploadException {
            return parseParameterMap(new Context(body));
        }

        @Override
        public List<DiskFileItem> parseRequest(byte[] body) throws FileUploadException {
            return parseRequest(new Context(body));
        }
    }

    private static final class Context implements RequestContext {
        private final byte[] body;

        Context(byte[] body) {
            this.body = body;
        }

        @Override
        public String getCharacterEncoding() {
            return "UTF-8";
        }

        @Override
        public long getContentLength() {
            return body.length;
        }

        @Override
        public String getContentType() {
            return TYPE;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public boolean isMultipartRelated() {
            return false;
        }
    }

    // ------------------------------------------------------------------------------------------ forms

    private static byte[] wellFormed(SplittableRandom random) {
        var headers = new ArrayList<String>();
        var contents = new ArrayList<byte[]>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            var name = random.nextBoolean() ? "n" + i : Multipart.utf8("näme " + i);
            var file = random.nextBoolean() ? "; filename=\"" + Multipart.utf8("a;ü" + i + ".txt") + "\"" : "";
            var type = random.nextBoolean() ? "\r\nContent-Type: application/octet-stream" : "";
            headers.add("Content-Disposition: form-data; name=\"" + name + "\"" + file + type);
            contents.add(content(random));
        }
        return Multipart.joined("b", headers, contents);
    }

    private static byte[] content(SplittableRandom random) {
        var pieces = List.of("\r", "\n", "\r\n", "-", "--", "\r\n--", "x", "\u00ff", "\u0000", "some text", "--c");
        var content = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            content.append(pieces.get(random.nextInt(pieces.size())));
        }
        return Multipart.bytes(content.toString());
    }

    /// With one byte changed, taken out or put in.
    private static byte[] damaged(SplittableRandom random, byte[] body) {
        var text = new StringBuilder(new String(body, ISO_8859_1));
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
            case 0 -> text.deleteCharAt(at);
            case 1 -> text.insert(at, "\r\n-b :;\"".charAt(random.nextInt(8)));
            default -> text.setCharAt(at, "\r\n-b :;\"".charAt(random.nextInt(8)));
        }
        return Multipart.bytes(text.toString());
    }
}
