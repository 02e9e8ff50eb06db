// An application behind Apache httpd, nginx or lighttpd, with what the web server alone knows.
//
//   ./waiup --on scgi --port 9001 examples/BehindWebServer.java
//
// and in nginx
//
//   location / { include scgi_params; scgi_param REMOTE_USER $remote_user; scgi_pass 127.0.0.1:9001; }
//
//   curl http://localhost/a%20b
//       Hello, somebody! You asked for [a b].
//
// The same file is a CGI program where a web server starts it, and a server where somebody else does:
//   java -cp 'runner/target/app/*' examples/BehindWebServer.java

import wai.Application;
import wai.Response;
import wai.Status;
import wai.cgi.Cgi;
import wai.cgi.Scgi;

Application app() {
    return (request, respond) -> {
        var user = request.get(Cgi.VARIABLES)
                .map(variables -> variables.get("REMOTE_USER"))
                .filter(name -> !name.isEmpty())
                .orElse("somebody");
        return respond.with(Response.text(
                Status.OK, "Hello, " + user + "! You asked for " + request.path() + ".\n"));
    };
}

void main() throws Exception {
    if (System.getenv("GATEWAY_INTERFACE") != null) {
        Cgi.run(app());
    } else {
        Scgi.run(9001, app());
    }
}
