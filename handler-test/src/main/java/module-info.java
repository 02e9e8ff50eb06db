import org.jspecify.annotations.NullMarked;

/// Runs an application in memory, for tests without a port.
@NullMarked
module wai.test {
    requires transitive wai.spec;
    requires static org.jspecify;

    exports wai.test;

    uses wai.test.ServerStarter;
}
