package wai.forms;

import static wai.Status.OK;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import wai.Application;
import wai.Response;

/// The programs of docs/forms.md.
final class FormsGuide {
    private FormsGuide() {}

    // @start region="forms"
    static Application album(Path album) {
        return Forms.defaults().handling((request, form, respond) -> {
            for (var photo : form.files("photo")) {
                photo.saveTo(album.resolve(photo.fileName()));
            }
            var title = form.first("title").orElse("untitled");
            return respond.with(Response.text(OK, title + ": " + form.files().size() + " photos\n"));
        });
    }
    // @end

    static final Forms FORMS = Forms.defaults()
            .withLimits(FormLimits.defaults()
                    .withFiles(100)
                    .withFileBytes(2_000_000)
                    .withTotalFileBytes(200_000_000))
            .withFileStore(FileStore.temporary(Path.of("/var/tmp"), 16 * 1024));

    static Application onlyForMembers() {
        return (request, respond) -> {
            if (request.headers().first(wai.HeaderName.AUTHORIZATION).isEmpty()) {
                return respond.with(Response.text(wai.Status.UNAUTHORIZED, "Who are you?\n"));
            }
            try (var form = FORMS.read(request)) {
                return respond.with(
                        Response.text(OK, "Hello, " + form.first("name").orElse("stranger") + "\n"));
            } catch (FormException e) {
                return respond.with(e.response());
            }
        };
    }

    interface Bucket {
        void upload(String name, InputStream content) throws IOException;
    }

    // @start region="each"
    static Application straightThrough(Bucket bucket) {
        return (request, respond) -> {
            try {
                FORMS.each(request, part -> {
                    if (part.isFile()) {
                        bucket.upload(part.fileName().orElseThrow(), part.content());
                    }
                });
            } catch (FormException e) {
                return respond.with(e.response());
            }
            return respond.with(Response.text(OK, "stored\n"));
        };
    }
    // @end

    static Forms inABucket(Shelves shelves) {
        // @start region="file-store"
        return Forms.defaults().withFileStore(part -> shelves.store(part.name(), part.content()));
        // @end
    }

    /// Keeps files.
    interface Shelves {
        StoredFile store(String name, InputStream content) throws IOException;
    }
}
