// The floor: what the kernel charges for the bytes of an HTTP exchange.
//
// One epoll loop per thread, each with its own listening socket. It finds the end of a request head, looks at the first
// letters of the path, and sends what was prepared. It checks nothing, so it is no server.
//
// usage: limit PORT FILES [THREADS]
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 65536, EVENTS = 512, BLOCKS = 256, BLOCK = 4096, ACCEPTED_AT_ONCE = 16 };

struct message {
    char bytes[BLOCK + 1024];
    size_t length;
};

struct file {
    int descriptor;
    off_t size;
    struct message head;
};

// A connection; body is the request body that is being received, to be sent back.
struct connection {
    int socket;
    char *body;
    size_t expected;
    size_t received;
};

static int port;
static struct message hello, last_hello, small_file, stream_head, chunk;
static struct file megabyte, hundred_megabytes;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static size_t write_head(char *to, const char *type, long length, const char *connection) {
    return sprintf(to,
                   "HTTP/1.1 200 OK\r\nServer: limit\r\nDate: Sat, 21 Nov 2026 14:25:55 GMT\r\n"
                   "Content-Type: %s\r\nContent-Length: %ld\r\n%s\r\n",
                   type, length, connection);
}

static void prepare_hello(struct message *message, const char *connection) {
    message->length = write_head(message->bytes, "text/plain", 13, connection);
    message->length += sprintf(message->bytes + message->length, "Hello, World!");
}

static int open_file(const char *folder, const char *name, off_t *size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int descriptor = open(path, O_RDONLY);
    struct stat facts;
    if (descriptor < 0 || fstat(descriptor, &facts)) {
        fail(path);
    }
    *size = facts.st_size;
    return descriptor;
}

static void prepare_file(struct file *file, const char *folder, const char *name) {
    file->descriptor = open_file(folder, name, &file->size);
    file->head.length = write_head(file->head.bytes, "application/octet-stream", file->size, "");
}

static void prepare(const char *folder) {
    prepare_hello(&hello, "");
    prepare_hello(&last_hello, "Connection: close\r\n");
    off_t size;
    int index = open_file(folder, "index.html", &size);
    small_file.length = write_head(small_file.bytes, "text/html", size, "");
    small_file.length += read(index, small_file.bytes + small_file.length, size);
    prepare_file(&megabyte, folder, "1m.bin");
    prepare_file(&hundred_megabytes, folder, "100m.bin");
    stream_head.length = sprintf(stream_head.bytes,
                                 "HTTP/1.1 200 OK\r\nServer: limit\r\nDate: Sat, 21 Nov 2026 14:25:55 GMT\r\n"
                                 "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    size_t prefix = sprintf(chunk.bytes, "%x\r\n", BLOCK);
    memset(chunk.bytes + prefix, 'x', BLOCK);
    memcpy(chunk.bytes + prefix + BLOCK, "\r\n", 2);
    chunk.length = prefix + BLOCK + 2;
}

static void wait_writable(int socket) {
    struct pollfd wanted = {.fd = socket, .events = POLLOUT};
    poll(&wanted, 1, 5000);
}

static void send_all(int socket, const char *bytes, size_t length, int flags) {
    while (length > 0) {
        ssize_t sent = send(socket, bytes, length, flags | MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes += sent;
            length -= sent;
        } else if (errno == EAGAIN) {
            wait_writable(socket);
        } else {
            return;
        }
    }
}

static void send_message(int socket, const struct message *message, int flags) {
    send_all(socket, message->bytes, message->length, flags);
}

static void send_file(int socket, const struct file *file) {
    send_message(socket, &file->head, MSG_MORE);
    off_t offset = 0;
    while (offset < file->size) {
        if (sendfile(socket, file->descriptor, &offset, file->size - offset) <= 0) {
            if (errno != EAGAIN) {
                return;
            }
            wait_writable(socket);
        }
    }
}

static void send_stream(int socket) {
    send_message(socket, &stream_head, MSG_MORE);
    for (int i = 0; i < BLOCKS; i++) {
        send_message(socket, &chunk, MSG_MORE);
    }
    send_all(socket, "0\r\n\r\n", 5, 0);
}

static void take_body(struct connection *connection, const char *bytes, size_t length) {
    memcpy(connection->body + connection->received, bytes, length);
    connection->received += length;
    if (connection->received < connection->expected) {
        return;
    }
    char head[256];
    size_t length_of_head = write_head(head, "application/octet-stream", connection->expected, "");
    send_all(connection->socket, head, length_of_head, MSG_MORE);
    send_all(connection->socket, connection->body, connection->expected, 0);
    free(connection->body);
    connection->body = NULL;
}

static void begin_body(struct connection *connection, const char *head) {
    const char *field = strcasestr(head, "content-length:");
    connection->expected = field ? atol(field + strlen("content-length:")) : 0;
    connection->received = 0;
    connection->body = malloc(connection->expected + BUFFER);
}

static void finish(struct connection *connection) {
    close(connection->socket);
    free(connection->body);
    free(connection);
}

static int wants_close(const char *head, const char *end) {
    return !memcmp(head + 6, "HTTP/1.0", 8) || memmem(head, end - head, "close", 5);
}

// Answers the requests that were received together; what is small leaves in one write.
static void answer(struct connection *connection, char *input, size_t length, char *output) {
    char *head = input, *limit = input + length, *end;
    size_t waiting = 0;
    int last = 0;
    while (head < limit && (end = memmem(head, limit - head, "\r\n\r\n", 4))) {
        end += 4;
        const struct message *prepared = NULL;
        if (head[0] == 'P') {
            begin_body(connection, head);
            take_body(connection, end, limit - end);
            end = limit;
        } else if (head[5] == ' ') {
            last = end == limit && wants_close(head, end);
            prepared = last ? &last_hello : &hello;
        } else if (head[5] == 'i') {
            prepared = &small_file;
        } else if (head[5] == 's' || head[5] == 'f') {
            send_stream(connection->socket);
        } else {
            send_file(connection->socket, memcmp(head + 5, "1m", 2) ? &hundred_megabytes : &megabyte);
        }
        if (prepared) {
            if (waiting + prepared->length > BUFFER) {
                send_all(connection->socket, output, waiting, 0);
                waiting = 0;
            }
            memcpy(output + waiting, prepared->bytes, prepared->length);
            waiting += prepared->length;
        }
        head = end;
    }
    send_all(connection->socket, output, waiting, 0);
    if (last) {
        finish(connection);
    }
}

static int listening_socket(void) {
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_ANY)};
    if (bind(listener, (void *)&where, sizeof where) || listen(listener, 4096)) {
        fail("bind");
    }
    return listener;
}

static void accept_some(int listener, int poller) {
    int on = 1, socket;
    for (int i = 0; i < ACCEPTED_AT_ONCE && (socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; i++) {
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        connection->socket = socket;
        struct epoll_event readable = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(poller, EPOLL_CTL_ADD, socket, &readable);
    }
}

static void *serve(void *unused) {
    int listener = listening_socket(), poller = epoll_create1(0);
    struct epoll_event acceptable = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENTS];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &acceptable);
    char *input = malloc(BUFFER + 1), *output = malloc(BUFFER);
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!connection) {
                accept_some(listener, poller);
                continue;
            }
            ssize_t length = recv(connection->socket, input, BUFFER, 0);
            if (length > 0) {
                input[length] = 0;
                if (connection->body) {
                    take_body(connection, input, length);
                } else {
                    answer(connection, input, length, output);
                }
            } else if (length == 0 || errno != EAGAIN) {
                finish(connection);
            }
        }
    }
    return unused;
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: limit PORT FILES [THREADS]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    port = atoi(arguments[1]);
    prepare(arguments[2]);
    int threads = count > 3 ? atoi(arguments[3]) : 2;
    for (int i = 1; i < threads; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, serve, NULL);
    }
    serve(NULL);
}
