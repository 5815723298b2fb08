#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include "transport.h"

#include "options.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { NONE = -1, PATIENCE_MS = 1000 };

static int listener = NONE;
static int line = NONE;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void make_nonblocking(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) fail("fcntl");
}

static struct sockaddr_in parse_address(const char *text) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  char host[INET_ADDRSTRLEN];
  const char *colon = strrchr(text, ':');
  if (colon == NULL || (size_t)(colon - text) >= sizeof host) {
    fprintf(stderr, "%s is not an address; use the form 127.0.0.1:7000.\n", text);
    exit(2);
  }
  memcpy(host, text, (size_t)(colon - text));
  host[colon - text] = '\0';
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
    fprintf(stderr, "%s is not an IPv4 address.\n", host);
    exit(2);
  }
  address.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
  return address;
}

static void open_tcp(void) {
  struct sockaddr_in address = parse_address(options.listen);
  socklen_t length = sizeof address;
  const int on = 1;
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) fail("socket");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, length) < 0) fail(options.listen);
  if (listen(listener, 1) < 0) fail("listen");
  make_nonblocking(listener);
  getsockname(listener, (struct sockaddr *)&address, &length);
  char host[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &address.sin_addr, host, sizeof host);
  printf("socket://%s:%u\n", host, ntohs(address.sin_port));
}

static void open_pty(void) {
  line = posix_openpt(O_RDWR | O_NOCTTY);
  if (line < 0 || grantpt(line) < 0 || unlockpt(line) < 0) fail("pseudo-terminal");
  const char *path = ptsname(line);
  /* Kept open: a pseudo-terminal that nobody has open reports an error. */
  const int other_end = open(path, O_RDWR | O_NOCTTY);
  struct termios settings;
  if (other_end < 0 || tcgetattr(other_end, &settings) < 0) fail(path);
  cfmakeraw(&settings);
  if (tcsetattr(other_end, TCSANOW, &settings) < 0) fail(path);
  make_nonblocking(line);
  printf("%s\n", path);
}

struct rate {
  uint32_t bits_per_second;
  speed_t speed;
};

/* The rates that every system has, and those of Linux. */
static const struct rate rates[] = {
    {9600, B9600},       {19200, B19200},     {38400, B38400},   {57600, B57600},
    {115200, B115200},   {230400, B230400},
#ifdef B460800
    {460800, B460800},   {921600, B921600},
#endif
#ifdef B1000000
    {1000000, B1000000}, {1500000, B1500000}, {2000000, B2000000}, {3000000, B3000000},
#endif
};

static speed_t speed_of(uint32_t baud) {
  for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
    if (rates[i].bits_per_second == baud) return rates[i].speed;
  }
  fprintf(stderr, "%lu is not a baud rate of this system; use 115200 or 921600.\n", (unsigned long)baud);
  exit(2);
}

static void open_serial(void) {
  const speed_t speed = speed_of(options.baud);
  line = open(options.serial, O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (line < 0) fail(options.serial);
  if (flock(line, LOCK_EX | LOCK_NB) < 0) {
    fprintf(stderr, "%s is open in another program.\n", options.serial);
    exit(1);
  }
  struct termios settings;
  if (tcgetattr(line, &settings) < 0) fail(options.serial);
  cfmakeraw(&settings);
  settings.c_cflag &= (tcflag_t) ~(CSTOPB | CRTSCTS);
  settings.c_cflag |= CLOCAL | CREAD;
  /* A read without bytes fails; a read of 0 bytes is the end of the port. */
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  if (cfsetispeed(&settings, speed) < 0 || cfsetospeed(&settings, speed) < 0) fail(options.serial);
  if (tcsetattr(line, TCSANOW, &settings) < 0 || tcflush(line, TCIOFLUSH) < 0) fail(options.serial);
  printf("%s\n", options.serial);
}

void transport_open(void) {
  signal(SIGPIPE, SIG_IGN);
  if (options.listen != NULL) {
    open_tcp();
  } else if (options.serial != NULL) {
    open_serial();
  } else {
    open_pty();
  }
  fflush(stdout);
}

/* A new connection replaces the previous one. */
static void take_connection(void) {
  if (listener == NONE) return;
  const int connection = accept(listener, NULL, NULL);
  if (connection < 0) return;
  if (line != NONE) close(line);
  line = connection;
  const int on = 1;
  setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  make_nonblocking(line);
}

static void hang_up(void) {
  if (options.serial != NULL) {
    fprintf(stderr, "The serial port %s was lost.\n", options.serial);
    exit(1);
  }
  if (listener == NONE) return;
  close(line);
  line = NONE;
}

size_t transport_read(uint8_t *bytes, size_t capacity) {
  take_connection();
  if (line == NONE) return 0;
  const ssize_t length = read(line, bytes, capacity);
  if (length == 0 || (length < 0 && errno == EIO)) hang_up();
  return length > 0 ? (size_t)length : 0;
}

void transport_write(const uint8_t *bytes, size_t length) {
  while (length > 0 && line != NONE) {
    const ssize_t written = write(line, bytes, length);
    if (written > 0) {
      bytes += written;
      length -= (size_t)written;
      continue;
    }
    struct pollfd ready = {.fd = line, .events = POLLOUT};
    if (poll(&ready, 1, PATIENCE_MS) == 1 && (ready.revents & (POLLERR | POLLHUP)) == 0) continue;
    if (options.serial == NULL || (ready.revents & (POLLERR | POLLHUP)) != 0) hang_up();
    return;
  }
}

void transport_wait(void) {
  /* Entries with NONE are ignored. */
  struct pollfd both[2] = {{.fd = listener, .events = POLLIN}, {.fd = line, .events = POLLIN}};
  poll(both, 2, -1);
}
