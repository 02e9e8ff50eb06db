package my.app;

import wai.Body;

/// What a user's own code sees of the contract.
final class App {
    private App() {}

    static Module contract() {
        return Body.class.getModule();
    }
}
