/// The contract of WAI for Java: package `wai` for applications and middleware, `wai.spi` for handlers.
@org.jspecify.annotations.NullMarked
module wai.spec {
    requires static org.jspecify;

    exports wai;
    exports wai.spi;
}
