package wai.test;

/// Where assertions begin: `assertThat(response).hasStatus(200)`.
///
/// May be imported statically beside the `assertThat` of AssertJ; nothing here depends on it.
public final class Assertions {
    private Assertions() {}

    /// Assertions on a response.
    ///
    /// @param actual the response
    /// @return what can be said of it
    public static TestResponseAssert assertThat(TestResponse actual) {
        return new TestResponseAssert(actual);
    }

    /// Assertions on the cookies of a client.
    ///
    /// @param actual the cookies: [TestClient#cookies()]
    /// @return what can be said of them
    public static CookieJarAssert assertThat(CookieJar actual) {
        return new CookieJarAssert(actual);
    }
}
