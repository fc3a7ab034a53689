/* The limit: a server that repeats one answer, looking nothing up and keeping nothing else.
 *
 *     canned PORT_FILE ORIGIN_PORT
 *
 * Each connection is relayed to a real server until that has answered a statement, so that a client logs in as it
 * always does and gets the very bytes that the edge would give it: COM_QUERY and COM_STMT_EXECUTE each answered once.
 * From then on that answer is the answer to every statement of its kind. It takes for granted that one read brings one
 * whole request, or one whole answer, which sysbench's way of working allows; an answer that is not whole is not kept.
 *
 * Sockets block, as nothing is ever longer than a socket's buffer. A closed connection's memory is not given back:
 * events of the same round may still point to it, and there are few.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 4, COM_QUERY = 0x03, COM_STMT_EXECUTE = 0x17, END_OF_ROWS = 0xfe, CACHE_METADATA = 1 << 4 };
enum kind { TEXT, PREPARED, OTHER };

struct connection;

struct end {
    int socket;
    struct connection *connection;
};

struct connection {
    struct end client, origin;
    bool closed, greeted;
    enum kind asked;
    unsigned char kept[OTHER][4096];
    ssize_t length[OTHER];
};

static int poller;
static struct sockaddr_in origin_address = {.sin_family = AF_INET};

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void at_once(int socket) {
    int on = 1;
    if (setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
        fail("TCP_NODELAY");
}

static void watch(struct end *end, int socket, struct connection *connection) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};
    end->socket = socket;
    end->connection = connection;
    if (epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) < 0)
        fail("epoll_ctl");
}

static void accepted(int client) {
    struct connection *connection = calloc(1, sizeof *connection);
    int origin = socket(AF_INET, SOCK_STREAM, 0);
    if (!connection || origin < 0 || connect(origin, (struct sockaddr *)&origin_address, sizeof origin_address) < 0)
        fail("connect");
    at_once(client);
    at_once(origin);
    connection->asked = OTHER;
    watch(&connection->client, client, connection);
    watch(&connection->origin, origin, connection);
}

static enum kind kind_of(const unsigned char *request, ssize_t length) {
    if (length <= HEADER || request[HEADER - 1] != 0)
        return OTHER;
    return request[HEADER] == COM_QUERY ? TEXT : request[HEADER] == COM_STMT_EXECUTE ? PREPARED : OTHER;
}

/* Take back what the edge, too, does not offer: MariaDB's answers to executions without definitions of columns, which
 * depend on what the client was told before. In the greeting, behind the version: connection id, scramble, filler (13),
 * capabilities, charset, status (7), length of the scramble, filler (7), extended capabilities (4).
 */
static void offer_less(unsigned char *greeting, ssize_t length) {
    unsigned char *version = greeting + HEADER + 1;
    unsigned char *end = length > HEADER + 1 ? memchr(version, 0, greeting + length - version) : NULL;
    if (end && end + 1 + 27 < greeting + length)
        end[1 + 27] &= ~CACHE_METADATA;
}

/* Columns, a row, and the end. Behind the columns alone there may be an end, too, as the third packet at most. */
static bool whole(const unsigned char *answer, ssize_t length) {
    ssize_t at = 0, size = 0, packets = 0, start = 0;
    while (at + HEADER <= length) {
        start = at;
        size = answer[at] | answer[at + 1] << 8 | answer[at + 2] << 16;
        at += HEADER + size;
        packets++;
    }
    return at == length && packets >= 4 && size > 0 && answer[start + HEADER] == END_OF_ROWS;
}

/* Pass on or answer what there is to read; false when the connection is over. */
static bool serve(struct end *end) {
    unsigned char data[16384];
    struct connection *connection = end->connection;
    ssize_t length = recv(end->socket, data, sizeof data, 0);
    if (length <= 0)
        return false;
    if (end == &connection->origin) {
        enum kind asked = connection->asked;
        if (!connection->greeted)
            offer_less(data, length);
        connection->greeted = true;
        if (asked != OTHER && length <= (ssize_t)sizeof connection->kept[asked] && whole(data, length)) {
            memcpy(connection->kept[asked], data, length);
            connection->length[asked] = length;
        }
        return send(connection->client.socket, data, length, MSG_NOSIGNAL) == length;
    }
    connection->asked = kind_of(data, length);
    if (connection->asked != OTHER && connection->length[connection->asked]) {
        ssize_t kept = connection->length[connection->asked];
        return send(end->socket, connection->kept[connection->asked], kept, MSG_NOSIGNAL) == kept;
    }
    return send(connection->origin.socket, data, length, MSG_NOSIGNAL) == length;
}

static void tell_port(int listener, const char *port_file) {
    char partial[4096];
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    FILE *file;
    snprintf(partial, sizeof partial, "%s.part", port_file);
    if (getsockname(listener, (struct sockaddr *)&address, &size) < 0 || !(file = fopen(partial, "w")))
        fail(partial);
    fprintf(file, "%d", ntohs(address.sin_port));
    if (fclose(file) || rename(partial, port_file) < 0)
        fail(port_file);
}

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event events[64], event = {.events = EPOLLIN, .data.ptr = NULL};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (count != 3)
        return 2;
    origin_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    origin_address.sin_port = htons(atoi(arguments[2]));
    poller = epoll_create1(0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 128) < 0)
        fail("listen");
    if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0)
        fail("epoll");
    tell_port(listener, arguments[1]);
    for (;;) {
        int ready = epoll_wait(poller, events, 64, -1);
        for (int each = 0; each < ready; each++) {
            struct end *end = events[each].data.ptr;
            if (!end) {
                int client = accept(listener, NULL, NULL);
                if (client >= 0)
                    accepted(client);
            } else if (!end->connection->closed && !serve(end)) {
                end->connection->closed = true;
                close(end->connection->client.socket);
                close(end->connection->origin.socket);
            }
        }
    }
}
