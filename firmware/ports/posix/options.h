/* What the command line says; the port reads it. */
#ifndef BD_EDGE_POSIX_OPTIONS_H
#define BD_EDGE_POSIX_OPTIONS_H
#include <stdint.h>

struct options {
  const char *listen;      /* HOST:PORT, or NULL for a pseudo-terminal */
  const char *flash;       /* a file that keeps the flash, or NULL: it lasts as long as the process */
  uint32_t clock_rate;     /* the clock runs so many times as fast */
  uint32_t overrun_after;  /* of every so many received bytes, some are lost; 0: none */
  uint64_t power_loss;     /* the process ends after so many bytes were erased or written; 0: never */
};

extern struct options options;

#endif
