package wai.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// An access log in a file, as any logging library would write it: buffered, one writer at a time.
final class AccessLines implements Consumer<String> {
    private final Writer file;
    private final ReentrantLock lock = new ReentrantLock();

    AccessLines(Path path) throws IOException {
        file = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
    }

    @Override
    public void accept(String line) {
        lock.lock();
        try {
            file.write(line);
            file.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }
}
