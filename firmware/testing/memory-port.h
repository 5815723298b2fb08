/* A board in memory, for tests: its flash can lose power at any byte, and its serial port is two buffers. */
#ifndef BD_EDGE_MEMORY_PORT_H
#define BD_EDGE_MEMORY_PORT_H
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef TEST_ERASE
#define TEST_ERASE 4096
#endif
#ifndef TEST_BLOCK
#define TEST_BLOCK TEST_ERASE
#endif
#ifndef TEST_WRITE
#define TEST_WRITE 256
#endif
#ifndef TEST_FLASH
#define TEST_FLASH 262144
#endif
#ifndef TEST_RAM
#define TEST_RAM 131072
#endif

extern uint8_t test_flash[TEST_FLASH];

/** The number of bytes that the flash has erased or written so far. */
extern uint64_t test_flash_work;

/** The value of `test_flash_work` at which the power is lost: the bytes in progress get any state, and longjmp
 * goes to `test_power_lost`. UINT64_MAX: never. */
extern uint64_t test_power_until;
extern jmp_buf test_power_lost;

/** Whether the next check reports an overrun. */
extern bool test_overrun;

/** Returns a random number below `limit`, the same in each run with the same seed. */
uint32_t test_random(uint32_t limit);
void test_seed(uint32_t seed);

/** Sends bytes to the board. Returns false if its receive buffer has no room for all of them. */
bool test_send(const uint8_t *bytes, size_t length);

/** Returns the bytes that the board has sent since the last call; valid until it sends again. */
const uint8_t *test_received(size_t *length);

/** Prints the failure and ends the program. */
_Noreturn void test_fail(const char *what);

#endif
