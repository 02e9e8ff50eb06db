import org.jspecify.annotations.NullMarked;

/// The kit: the cases every handler must pass.
@NullMarked
module wai.tck {
    requires transitive wai.spec;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;

    exports wai.tck;
}
