package wai.forms;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wai.Query;

/// A form that was read as a whole: parameters and files, each in the order in which they came.
///
/// Closing it deletes the temporary files. [Forms#handling] does that by itself; else use `try (var form = …)`.
public final class Form implements Closeable {
    private final Query parameters;
    private final List<FormFile> files;
    private boolean closed;

    Form(List<Query.Parameter> parameters, List<FormFile> files) {
        this.parameters = new Query(parameters);
        this.files = List.copyOf(files);
    }

    /// The parameters in order, duplicates kept. Each has a value, be it empty.
    ///
    /// @return the parameters
    public Query parameters() {
        return parameters;
    }

    /// The value of the first parameter of that name.
    ///
    /// @param name the name
    /// @return the value, empty text for an empty input; empty when there is no such parameter, as for a box that is
    ///     not checked
    public Optional<String> first(String name) {
        return parameters.first(name);
    }

    /// The values of all parameters of that name, in order.
    ///
    /// @param name the name
    /// @return the values, unmodifiable
    public List<String> all(String name) {
        return parameters.all(name);
    }

    /// All files in order, without the inputs in which no file was chosen.
    ///
    /// @return the files, unmodifiable
    public List<FormFile> files() {
        return files;
    }

    /// The files of one input, in order.
    ///
    /// @param name the name of the input
    /// @return the files, unmodifiable
    public List<FormFile> files(String name) {
        return files.stream().filter(file -> file.name().equals(name)).toList();
    }

    /// The first file of one input.
    ///
    /// @param name the name of the input
    /// @return the file; empty when none was chosen
    public Optional<FormFile> file(String name) {
        return files(name).stream().findFirst();
    }

    /// Gives up all files: temporary ones are deleted. A second call does nothing.
    ///
    /// @throws IOException when that fails for some; the others are given up all the same
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            close(files);
        }
    }

    /// The names of the parameters and the files, without values.
    @Override
    public String toString() {
        var names = new ArrayList<String>();
        parameters.forEach(parameter -> names.add(parameter.name()));
        return "Form[parameters=" + names + ", files=" + files + "]";
    }

    static void close(List<FormFile> files) throws IOException {
        IOException first = null;
        for (var file : files) {
            try {
                file.stored().close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
