package wai.forms;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Counts the entries of a form and their bytes against the limits.
final class FormCount {
    private final FormLimits limits;

    private int parameters;
    private long parameterBytes;
    private int files;
    private long totalFileBytes;

    private boolean isFile;
    private boolean isFileCounted;
    private long fileBytes;

    FormCount(FormLimits limits) {
        this.limits = limits;
    }

    /// Counts an entry.
    void begin(PartHead head) throws FormException {
        int nameBytes = head.name().getBytes(UTF_8).length;
        check(nameBytes, limits.nameBytes(), "the name of an entry of the form", "bytes");
        isFile = head.isFile();
        if (!isFile) {
            check(++parameters, limits.parameters(), "the form", "parameters");
            parameterBytes(nameBytes);
            return;
        }
        var fileName = head.fileName() == null ? "" : head.fileName();
        check(fileName.getBytes(UTF_8).length, limits.fileNameBytes(), "the name of a file", "bytes");
        fileBytes = 0;
        isFileCounted = false;
        if (!fileName.isEmpty()) {
            countFile();
        }
    }

    /// Counts content of the current entry.
    void content(int bytes) throws FormException {
        if (!isFile) {
            parameterBytes(bytes);
            return;
        }
        if (!isFileCounted) {
            countFile();
        }
        fileBytes += bytes;
        totalFileBytes += bytes;
        check(fileBytes, limits.fileBytes(), "a file", "bytes");
        check(totalFileBytes, limits.totalFileBytes(), "the form", "bytes of files");
    }

    /// Neither a name nor content: an input in which no file was chosen does not count.
    private void countFile() throws FormException {
        isFileCounted = true;
        check(++files, limits.files(), "the form", "files");
    }

    private void parameterBytes(int bytes) throws FormException {
        parameterBytes += bytes;
        check(parameterBytes, limits.parameterBytes(), "the form", "bytes of parameters");
    }

    private static void check(long seen, long limit, String what, String unit) throws FormException {
        if (seen > limit) {
            throw FormException.tooLarge(what + " has more than " + limit + " " + unit);
        }
    }
}
