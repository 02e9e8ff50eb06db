import org.jspecify.annotations.NullMarked;

/// Lets requests in that carry a JSON Web Token which is verified.
@NullMarked
module wai.jwt {
    requires com.nimbusds.jose.jwt;
    requires transitive wai.middleware;
    requires static org.jspecify;

    exports wai.jwt;
}
