// A form with files, and a page that shows how far their upload has come.
//
//   ./waiup examples/Upload.java
//   curl -F title=Holidays -F 'file=@pom.xml;type=text/xml' http://127.0.0.1:8080/
//       Holidays: 1 file
//       pom.xml, text/xml, 1234 bytes, SHA-256 0f3c...
//
// In a browser http://127.0.0.1:8080/ has the form. Files above 64 KiB wait in temporary files, which are gone when the
// answer is. A form that is malformed or too large is answered with 400 or 413 before this program sees it.

import java.security.MessageDigest;
import wai.Application;
import wai.Bytes;
import wai.HeaderName;
import wai.Headers;
import wai.Response;
import wai.Status;
import wai.forms.Form;
import wai.forms.FormFile;
import wai.forms.FormLimits;
import wai.forms.Forms;
import wai.warp.Warp;

static final Forms FORMS = Forms.defaults().withLimits(FormLimits.defaults().withFiles(5).withFileBytes(100_000_000));

static final Headers HTML = Headers.of(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");

static final String PAGE = """
        <!doctype html>
        <meta name="color-scheme" content="light dark">
        <title>Upload</title>
        <form method="post" enctype="multipart/form-data">
          <p><input name="title" value="My files">
          <p><input name="file" type="file" multiple>
          <p><button>Upload</button> <progress value="0"></progress>
        </form>
        <pre></pre>
        <script>
          const form = document.querySelector("form"), progress = document.querySelector("progress")
          form.onsubmit = event => {
            event.preventDefault()
            const request = new XMLHttpRequest()
            request.upload.onprogress = step => { progress.max = step.total; progress.value = step.loaded }
            request.onload = () => document.querySelector("pre").textContent = request.responseText
            request.open("POST", "")
            request.send(new FormData(form))
          }
        </script>
        """;

Application app() {
    var uploads = FORMS.handling((request, form, respond) -> respond.with(Response.text(Status.OK, summary(form))));
    return (request, respond) -> request.method().equals("POST")
            ? uploads.handle(request, respond)
            : respond.with(Response.of(Status.OK, HTML, Bytes.utf8(PAGE)));
}

String summary(Form form) throws Exception {
    var text = new StringBuilder(form.first("title").orElse("untitled"));
    text.append(": ").append(form.files().size()).append(form.files().size() == 1 ? " file\n" : " files\n");
    for (var file : form.files()) {
        text.append(String.join(", ", file.fileName(), file.contentType(), file.size() + " bytes"));
        text.append(", SHA-256 ").append(digest(file)).append('\n');
    }
    return text.toString();
}

String digest(FormFile file) throws Exception {
    var sha256 = MessageDigest.getInstance("SHA-256");
    try (var content = file.open()) {
        content.transferTo(new java.security.DigestOutputStream(OutputStream.nullOutputStream(), sha256));
    }
    return HexFormat.of().formatHex(sha256.digest());
}

void main() throws Exception {
    Warp.run(8080, app());
}
