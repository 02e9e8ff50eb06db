/* A CGI program that says hello: what a process for each request takes at least. */
#include <unistd.h>

int main(void) {
    static const char response[] =
        "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
    return write(1, response, sizeof response - 1) < 0;
}
