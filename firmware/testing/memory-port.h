/* A board in memory, for tests: its flash can lose its power at any byte, and its line is two buffers. */
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

/** Bytes that the flash has erased or written so far. */
extern uint64_t test_flash_work;

/** When `test_flash_work` gets there, the power goes: what is being erased or written is left in any state, and
 * longjmp to `test_power_lost`. UINT64_MAX: never. */
extern uint64_t test_power_until;
extern jmp_buf test_power_lost;

/** Whether the next question for an overrun is answered by yes. */
extern bool test_overrun;

/** A random number below `limit`, the same ones in each run of the same seed. */
uint32_t test_random(uint32_t limit);
void test_seed(uint32_t seed);

/** Puts bytes on the line to the board; false if its receive buffer has no room for all of them. */
bool test_send(const uint8_t *bytes, size_t length);

/** What the board has sent since this was asked last; valid until it sends again. */
const uint8_t *test_received(size_t *length);

/** Says what failed, and ends the program. */
_Noreturn void test_fail(const char *what);

#endif
