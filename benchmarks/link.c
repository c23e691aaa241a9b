/* A link between two network namespaces that has a delay and a rate, where the kernel has no netem. For wan.py; as root:
 *
 *     link NAMESPACE_A NAMESPACE_B MICROSECONDS_ONE_WAY BITS_PER_SECOND
 *
 * makes a device `wan0` in each namespace and carries packets between them until it is killed; 0 bits a second is no
 * limit. It writes a line when the devices are there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PLACES 65536u
#define QUEUED 20000u /* packets on their way; more are dropped, as a router does */

struct packet { uint64_t due; ssize_t size; unsigned char *data; };
struct direction { struct packet queue[PLACES]; unsigned head, tail; uint64_t busy; int out; };

static struct direction *directions;

static void fail(const char *what) { perror(what); exit(1); }

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int device_in(const char *name)
{
    char path[256];
    struct ifreq request;
    int space, device;
    snprintf(path, sizeof path, "/var/run/netns/%s", name);
    space = open(path, O_RDONLY);
    if (space < 0 || setns(space, CLONE_NEWNET)) fail(path);
    close(space);
    device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    memset(&request, 0, sizeof request);
    /* As network cards do, the link takes large pieces and leaves it to itself what they are cut into: a system call for
     * each 1,500 bytes would make the processor the limit. */
    request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
    strcpy(request.ifr_name, "wan0");
    if (device < 0 || ioctl(device, TUNSETIFF, &request)) fail("/dev/net/tun");
    if (ioctl(device, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4)) fail("TUNSETOFFLOAD");
    return device;
}

/* Take what came in: it is due when those before it have left, and it itself, and the delay is over. */
static void take(int device, struct direction *way, uint64_t delay, double rate)
{
    static unsigned char buffer[70000];
    ssize_t size;
    while ((size = read(device, buffer, sizeof buffer)) > 0) {
        uint64_t start = now();
        struct packet *packet;
        if (way->tail - way->head >= QUEUED) continue;
        if (way->busy > start) start = way->busy;
        if (rate > 0) start += (uint64_t)((double)size * 8e9 / rate);
        way->busy = start;
        packet = &way->queue[way->tail++ % PLACES];
        packet->due = start + delay;
        packet->size = size;
        packet->data = malloc((size_t)size);
        if (!packet->data) fail("malloc");
        memcpy(packet->data, buffer, (size_t)size);
    }
}

static void deliver(struct direction *way)
{
    uint64_t time = now();
    while (way->head != way->tail && way->queue[way->head % PLACES].due <= time) {
        struct packet *packet = &way->queue[way->head++ % PLACES];
        ssize_t written = write(way->out, packet->data, (size_t)packet->size);
        (void)written; /* what the other side does not take is lost, as in any network */
        free(packet->data);
    }
}

int main(int count, char **given)
{
    struct pollfd waiting[3];
    uint64_t delay;
    double rate;
    int i, timer;
    if (count != 5) return fprintf(stderr, "link NAMESPACE_A NAMESPACE_B MICROSECONDS BITS_PER_SECOND\n"), 2;
    delay = strtoull(given[3], NULL, 10) * 1000;
    rate = atof(given[4]);
    directions = calloc(2, sizeof *directions);
    if (!directions) fail("calloc");
    for (i = 0; i < 2; i++) {
        waiting[i].fd = device_in(given[1 + i]);
        waiting[i].events = POLLIN;
        directions[1 - i].out = waiting[i].fd;
    }
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    waiting[2].fd = timer;
    waiting[2].events = POLLIN;
    puts("up");
    fflush(stdout);
    for (;;) {
        uint64_t next = UINT64_MAX, expirations;
        for (i = 0; i < 2; i++) {
            struct direction *way = &directions[i];
            if (way->head != way->tail && way->queue[way->head % PLACES].due < next)
                next = way->queue[way->head % PLACES].due;
        }
        if (next != UINT64_MAX) {
            struct itimerspec at = {{0, 0}, {(time_t)(next / 1000000000u), (long)(next % 1000000000u)}};
            timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
        }
        poll(waiting, 3, next == UINT64_MAX ? 1000 : -1);
        if (waiting[2].revents && read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) fail("timer");
        for (i = 0; i < 2; i++) {
            take(waiting[i].fd, &directions[i], delay, rate);
            deliver(&directions[i]);
        }
    }
}
