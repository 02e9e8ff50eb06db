package wai.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The examples that have pages, in a real browser. The pictures of `docs/images` are made here, with
/// `-Dpictures.write=true`; without it they go to `target/pictures`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
    private static final Path PICTURES =
            Boolean.getBoolean("pictures.write") ? Path.of("../docs/images") : Path.of("target/pictures");

    private Browser browser;

    @TempDir
    private Path folder;

    @BeforeAll
    void openTheBrowser() throws IOException {
        browser = Browser.start();
        Files.createDirectories(PICTURES);
    }

    @AfterAll
    void closeTheBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    private void picture(String name) throws IOException {
        var png = browser.picture();
        assertThat(png).startsWith(0x89, 'P', 'N', 'G').hasSizeGreaterThan(1000);
        Files.write(PICTURES.resolve(name + ".png"), png);
    }

    @Test
    void anUploadMovesItsProgressBarToTheEnd() throws IOException {
        var file = Files.write(folder.resolve("holidays.jpg"), new byte[3_000_000]);
        try (var served = new Served("Upload.java")) {
            browser.open(served.address() + "/");
            browser.evaluate("""
                    (() => {
                      const bar = document.querySelector("progress")
                      window.steps = []
                      new MutationObserver(() => steps.push(bar.value)).observe(bar, {attributes: true})
                    })()""");
            browser.choose("[name=file]", file);
            browser.evaluate("document.querySelector('[name=title]').value = 'Holidays'");

            browser.evaluate("document.querySelector('button').click()");
            browser.await("document.querySelector('pre').textContent.includes('SHA-256')");

            assertThat(browser.evaluate("document.querySelector('pre').textContent"))
                    .startsWith("Holidays: 1 file\nholidays.jpg, image/jpeg, 3000000 bytes, SHA-256 ");
            assertThat(browser.evaluate("steps.length > 0 && steps.every((x, i) => i == 0 || x >= steps[i - 1])"))
                    .isEqualTo("true");
            assertThat(browser.evaluate("document.querySelector('progress').position"))
                    .isEqualTo("1");
            picture("upload");
        }
    }

    @Test
    void aLoginLastsUntilTheLogout() throws IOException {
        try (var served = new Served("Login.java")) {
            browser.open(served.address() + "/");
            picture("login");

            logIn("ada", "wrong");
            assertThat(browser.evaluate("document.querySelector('#message').textContent"))
                    .startsWith("No such name, or another password.");
            logIn("ada", "lovelace");
            assertThat(heading()).isEqualTo("Hello, ada!");
            picture("logged-in");
            browser.leave("location.reload()");
            assertThat(heading()).isEqualTo("Hello, ada!");
            assertThat(browser.evaluate("document.cookie"))
                    .as("cookies that scripts see")
                    .isEmpty();
            browser.leave("document.querySelector('button').click()");
            assertThat(heading()).isEqualTo("Who are you?");
            assertThat(browser.evaluate("document.querySelector('#message').textContent.trim()"))
                    .isEmpty();
        }
    }

    private void logIn(String user, String password) throws IOException {
        browser.leave("document.querySelector('[name=user]').value = '" + user
                + "'; document.querySelector('[name=password]').value = '" + password
                + "'; document.querySelector('button').click()");
    }

    private String heading() throws IOException {
        return browser.evaluate("document.querySelector('h1').textContent");
    }

    /// A page of another site makes the browser send the form, with the cookie if it would.
    @Test
    void aFormOfAnotherSiteDoesNotLogAnybodyIn() throws IOException {
        try (var served = new Served("Login.java");
                var elsewhere = new Served("Hello.java")) {
            browser.open(elsewhere.address().toString().replace("127.0.0.1", "localhost") + "/");

            browser.leave("""
                    document.body.innerHTML = '<form method=post action=%s/><input name=user value=ada>'
                      + '<input name=password value=lovelace></form>'; document.forms[0].submit()""".formatted(served.address()));

            assertThat(browser.evaluate("document.body.textContent")).doesNotContain("Hello");
            browser.open(served.address() + "/");
            assertThat(heading()).isEqualTo("Who are you?");
        }
    }

    @Test
    void theClockTicks() throws IOException {
        try (var served = new Served("Clock.java")) {
            browser.open(served.address() + "/");

            browser.await("document.querySelector('#time').textContent != ''");
            var first = browser.evaluate("document.querySelector('#time').textContent");
            picture("clock");
            browser.await("document.querySelector('#time').textContent.trim() != '" + first + "'");

            assertThat(first).matches("[-0-9]{10}T[:0-9]{8}Z");
            browser.open("about:blank"); // which ends the stream
        }
    }

    @Test
    void aFolderIsAListToClickThrough() throws IOException {
        try (var served = new Served("Site.java")) {
            browser.colors("light");
            browser.open(served.address() + "/src");
            assertThat(browser.evaluate("location.pathname")).isEqualTo("/src/");
            browser.open(served.address() + "/");
            picture("listing");
            browser.colors("dark");
            picture("listing-dark");
            assertThat(browser.evaluate("getComputedStyle(document.documentElement).colorScheme"))
                    .contains("dark");
            browser.colors("light");

            browser.leave("[...document.querySelectorAll('a')].find(a => a.textContent.includes('src')).click()");

            assertThat(browser.evaluate("location.pathname")).isEqualTo("/src/");
            assertThat(browser.evaluate("document.body.textContent")).contains("test");
        }
    }

    @Test
    void whatIsNotThereIsSaidSo() throws IOException {
        try (var served = new Served("Site.java")) {
            browser.open(URI.create(served.address() + "/nothing").toString());

            assertThat(browser.evaluate("document.body.textContent"))
                    .isEqualTo("Neither a file nor a part of this application.\n");
        }
    }
}
