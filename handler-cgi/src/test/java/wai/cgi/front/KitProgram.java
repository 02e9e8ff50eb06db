package wai.cgi.front;

import wai.cgi.Cgi;
import wai.cgi.settings.CgiSettings;
import wai.cgi.settings.Hooks;
import wai.tck.StageDoor;
import wai.tck.TckCases;

/// The CGI program that runs the applications of the kit, one of them in each process.
public final class KitProgram {
    /// The argument that has all cases loaded, so that the cache knows them.
    static final String ALL_CASES = "all-cases";

    private KitProgram() {}

    /// Answers one request; the first argument is the address of the kit's door.
    public static void main(String[] arguments) {
        if (arguments.length > 1 && arguments[1].equals(ALL_CASES)) {
            TckCases.all();
        }
        var settings = CgiSettings.defaults()
                .withMount("/")
                .withHooks(Hooks.defaults().withOnFailure(_ -> {})); // the cases fail on purpose
        Cgi.run(settings, StageDoor.application(arguments[0]));
    }
}
