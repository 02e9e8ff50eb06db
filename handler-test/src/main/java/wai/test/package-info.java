/// Runs an application in memory, under the same exchange kernel as every server: unit tests without a port.
///
/// Start at [TestClient]; [TestResponse] is what came back, [LiveResponse] what is still coming, [Assertions] what to
/// say about it. The same test runs over a real port by one switch (see [TestClient]). The test kit for handlers does
/// not live here: it is the module `wai.tck`.
package wai.test;
