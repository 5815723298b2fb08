/* The reason for rejecting a request; sent as an ERROR. */
#ifndef BD_EDGE_FAULT_H
#define BD_EDGE_FAULT_H
#include <stdbool.h>
#include <stdint.h>

struct fault {
  uint16_t code;      /* one of ERROR_*, or NO_FAULT */
  uint32_t detail;    /* the number that docs/link.md lists for the code, or 0 */
  const char *reason; /* a message for people; may be empty */
};

#define NO_FAULT 0u

static inline struct fault fault_because(uint16_t code, uint32_t detail, const char *reason) {
  const struct fault fault = {code, detail, reason};
  return fault;
}

static inline struct fault fault_of(uint16_t code, uint32_t detail) { return fault_because(code, detail, ""); }

static inline struct fault no_fault(void) { return fault_of(NO_FAULT, 0); }

static inline bool is_fault(struct fault fault) { return fault.code != NO_FAULT; }

#endif
