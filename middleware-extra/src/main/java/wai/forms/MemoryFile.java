package wai.forms;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// A file of a form in memory.
final class MemoryFile implements StoredFile {
    private final byte[] content;

    MemoryFile(byte[] content) {
        this.content = content;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(content);
    }

    @Override
    public void close() {}
}
