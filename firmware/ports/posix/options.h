/* The options of the command line, for the port. */
#ifndef BD_EDGE_POSIX_OPTIONS_H
#define BD_EDGE_POSIX_OPTIONS_H
#include <stdint.h>

struct options {
  const char *listen;      /* HOST:PORT; NULL for a serial port or a pseudo-terminal */
  const char *serial;      /* a serial port of this machine; NULL for a pseudo-terminal */
  uint32_t baud;           /* the bits per second of the serial port */
  const char *flash;       /* a file that keeps the flash; NULL: flash is lost at the end */
  uint32_t clock_rate;     /* the clock runs this many times as fast */
  uint32_t overrun_after;  /* after this number of received bytes, some are lost; 0: never */
  uint64_t power_loss;     /* the process ends after this number of bytes was erased or written; 0: never */
};

extern struct options options;

#endif
