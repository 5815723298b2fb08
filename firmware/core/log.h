/* Text for people, between frames. */
#ifndef BD_EDGE_LOG_H
#define BD_EDGE_LOG_H
#include <stdint.h>

void log_text(const char *text);
void log_number(uint32_t number);

#endif
