/* The least that a FastCGI responder can do: what the kernel and the web server charge.
 *
 *   responder PORT            answers every request with prepared records, on kept connections, by epoll
 *   responder PORT PROGRAM    starts PROGRAM for each request, as fcgiwrap does, and sends what it prints
 *
 * It looks at record headers only: a request is over when its STDIN is.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 4096
#define STDIN_RECORD 5
#define BODY "Hello, World!"

struct connection {
    unsigned char header[8];
    int have;      /* bytes of the header */
    int skip;      /* what is missing of content and padding */
};

static struct connection connections[MOST];
static const char *program;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int put(unsigned char *out, int type, int id, const char *content, int length) {
    unsigned char header[8] = {1, type, id >> 8, id, length >> 8, length, 0, 0};
    memcpy(out, header, 8);
    memcpy(out + 8, content, length);
    return 8 + length;
}

/* What the program prints, as a CGI program would. */
static int run(char *output, int size) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) die("pipe2");
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
        dup2(ends[1], 1);
        execl(program, program, (char *) NULL);
        _exit(127);
    }
    close(ends[1]);
    int length = 0, count;
    while ((count = read(ends[0], output + length, size - length)) > 0) length += count;
    close(ends[0]);
    waitpid(child, NULL, 0);
    return length;
}

static int answer(int socket, int id) {
    static const char prepared[] = "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\n" BODY;
    char printed[4096];
    unsigned char out[8192];
    const char *content = prepared;
    int length = sizeof prepared - 1;
    if (program) {
        content = printed;
        length = run(printed, sizeof printed);
    }
    int size = put(out, 6, id, content, length);
    size += put(out + size, 6, id, "", 0);
    size += put(out + size, 3, id, "\0\0\0\0\0\0\0\0", 8);
    return write(socket, out, size) == size ? 0 : -1;
}

/* Goes through what came; -1 when the connection is to be closed. */
static int take(int socket, const unsigned char *in, int count) {
    struct connection *c = &connections[socket];
    while (count > 0) {
        int step;
        if (c->skip > 0) {
            step = c->skip < count ? c->skip : count;
            c->skip -= step;
        } else {
            step = 8 - c->have < count ? 8 - c->have : count;
            memcpy(c->header + c->have, in, step);
            c->have += step;
            if (c->have == 8) {
                int length = c->header[4] << 8 | c->header[5];
                c->have = 0;
                c->skip = length + c->header[6];
                if (c->header[1] == STDIN_RECORD && length == 0
                    && answer(socket, c->header[2] << 8 | c->header[3])) return -1;
            }
        }
        in += step;
        count -= step;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: responder PORT [PROGRAM]\n");
        return 2;
    }
    program = argc > 2 ? argv[2] : NULL;
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *) &address, sizeof address) || listen(listener, 1024)) die("listen");
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[64];
    if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event)) die("epoll_ctl");
    static unsigned char in[65536];
    for (;;) {
        int ready = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
                if (accepted < 0) continue;
                if (accepted >= MOST) {
                    close(accepted);
                    continue;
                }
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                memset(&connections[accepted], 0, sizeof connections[accepted]);
                event.data.fd = accepted;
                epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &event);
                continue;
            }
            int count = read(fd, in, sizeof in);
            if (count <= 0 || take(fd, in, count)) close(fd);
        }
    }
}
