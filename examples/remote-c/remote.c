/* A remote module in C, over nanomsg: it answers every message with its content in capitals.
 *
 * It speaks the wire of Azure IoT Edge v1, which is what a gateway's outprocess loader speaks:
 *
 *   data     A1 60 | u32 total | u32 nprops | (key NUL value NUL)* | u32 length | content
 *   control  A1 6C | 01 | type | u32 total | body;  type 1 CREATE, 2 REPLY, 3 START, 4 DESTROY
 *   CREATE   01 | 10 | u32 size, uri NUL | u32 size, args NUL
 *
 * All numbers are big endian. The remote listens, at its argument; the gateway connects.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <nanomsg/nn.h>
#include <nanomsg/pair.h>

enum { create = 1, reply = 2, start = 3, destroy = 4 };
enum { header = 8, create_texts = 10, data_header = 10 };

static int control, message = -1;

static uint32_t u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int is_frame(const unsigned char *f, size_t n, unsigned char mark, size_t total_at)
{
    return n >= total_at + 4 && f[0] == 0xA1 && f[1] == mark && u32(f + total_at) == n;
}

static void send_reply(unsigned char status)
{
    unsigned char f[header + 1] = {0xA1, 0x6C, 1, reply, 0, 0, 0, header + 1, status};
    nn_send(control, f, sizeof f, 0);
}

/* forget closes the message socket. What was sent last gets a moment to leave: nanomsg does not wait. */
static void forget(void)
{
    if (message >= 0) {
        usleep(100 * 1000);
        nn_close(message);
    }
    message = -1;
}

/* begin opens the message socket that CREATE names. */
static void begin(const unsigned char *f, size_t n)
{
    forget();
    uint32_t size = n >= create_texts + 4 ? u32(f + create_texts) : 0;
    if (size == 0 || size > n - create_texts - 4 || f[create_texts + 4 + size - 1] != 0) {
        send_reply(2);
        return;
    }
    message = nn_socket(AF_SP, NN_PAIR);
    if (message < 0 || nn_bind(message, (const char *)f + create_texts + 4) < 0) {
        fprintf(stderr, "remote: %s\n", nn_strerror(nn_errno()));
        forget();
        send_reply(1);
        return;
    }
    send_reply(0);
}

/* content finds the content of a data frame; NULL if it is none. */
static unsigned char *content(unsigned char *f, size_t n, size_t *length)
{
    if (!is_frame(f, n, 0x60, 2) || n < data_header + 4)
        return NULL;
    unsigned char *p = f + data_header, *end = f + n - 4;
    for (uint32_t texts = 2 * u32(f + 6); texts > 0; texts--) {
        unsigned char *nul = memchr(p, 0, end - p);
        if (nul == NULL)
            return NULL;
        p = nul + 1;
    }
    *length = u32(p);
    return *length == (size_t)(f + n - p - 4) ? p + 4 : NULL;
}

/* answer takes one message, if there is one, and returns whether there was. */
static int answer(void)
{
    unsigned char *f;
    int n = nn_recv(message, &f, NN_MSG, NN_DONTWAIT);
    if (n < 0)
        return 0;
    size_t length;
    unsigned char *text = content(f, n, &length);
    if (text == NULL) {
        fprintf(stderr, "remote: a frame of %d bytes is no message\n", n);
        nn_freemsg(f);
        return 1;
    }
    for (size_t i = 0; i < length; i++)
        text[i] = toupper(text[i]);
    nn_send(message, &f, NN_MSG, 0); /* takes f */
    return 1;
}

/* obey takes one control frame and returns whether to go on. */
static int obey(void)
{
    unsigned char *f;
    int n = nn_recv(control, &f, NN_MSG, 0), type = 0;
    if (n < 0)
        return 0;
    if (is_frame(f, n, 0x6C, 4) && f[2] == 1)
        type = f[3];
    if (type == create)
        begin(f, n);
    if (type == destroy) {
        while (message >= 0 && answer())
            ;
        forget();
    }
    nn_freemsg(f);
    return type != destroy;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: remote ADDRESS, such as ipc://.build/remote.control\n");
        return 2;
    }
    control = nn_socket(AF_SP, NN_PAIR);
    if (control < 0 || nn_bind(control, argv[1]) < 0) {
        fprintf(stderr, "remote: %s: %s\n", argv[1], nn_strerror(nn_errno()));
        return 1;
    }
    for (;;) {
        struct nn_pollfd p[2] = {{control, NN_POLLIN, 0}, {message, NN_POLLIN, 0}};
        if (nn_poll(p, message < 0 ? 1 : 2, -1) < 0)
            return 1;
        if (p[0].revents && !obey())
            break;
        for (int i = 0; i < 64 && message >= 0 && p[1].revents && answer(); i++)
            ;
    }
    nn_close(control);
    return 0;
}
