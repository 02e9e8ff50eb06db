// The same answer to every request.
//
//   ./waiup examples/Hello.java
//   curl http://127.0.0.1:8080/
//       Hello, world!
//
// Once waiup was built, also without it:  java -cp 'runner/target/app/*' examples/Hello.java

import wai.Application;
import wai.Response;
import wai.Status;
import wai.warp.Warp;

Application app() {
    return (request, respond) -> respond.with(Response.text(Status.OK, "Hello, world!\n"));
}

void main() throws Exception {
    Warp.run(8080, app());
}
