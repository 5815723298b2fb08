/* Flash that the store does not support: it reports this and rejects uploads. */
#include "link-protocol.h"
#include "memory-port.h"
#include "port.h"
#include "store.h"

#include <stdio.h>

int main(void) {
  static const uint8_t digest[DIGEST_BYTES] = {1};
  uint32_t wanted;
  port_init();
  const bool usable = store_open();
  for (uint8_t slot = 0; slot < 2; slot++) {
    const struct fault put = store_begin(slot, 1, digest, &wanted);
    const struct fault data = store_append(slot, 0, digest, 1, &wanted);
    if (store_find(slot, digest, &wanted) != NULL) test_fail("the store has bytes that were never sent");
    printf("%d %d %d\n", usable, put.code, data.code);
  }
  return 0;
}
