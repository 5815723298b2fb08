#include "clocks.h"
#include "start.h"

enum { RESETS = 0x4000c000, XOSC = 0x40024000, PLL_SYS = 0x40028000, CLOCKS = 0x40008000 };

static void wait_until_set(uintptr_t address, uint32_t bits) {
  while ((*hardware(address) & bits) != bits) {
  }
}

void clocks_start(void) {
  /* The crystal, 12 MHz; it needs 47 x 256 of its periods to settle, 1 ms. */
  *hardware(XOSC + 0x0c) = 47;
  *hardware(XOSC + 0x00) = 0xfab << 12 | 0xaa0;
  wait_until_set(XOSC + 0x04, 1u << 31);

  /* After a reset by the watchdog, the system may still run from the PLL: leave it before it is changed. */
  *hardware(CLOCKS + 0x3c) = 0; /* clk_sys: clk_ref */
  wait_until_set(CLOCKS + 0x44, 1);
  *hardware(CLOCKS + 0x30) = 2; /* clk_ref: crystal */
  wait_until_set(CLOCKS + 0x38, 1 << 2);

  /* The system's PLL: 12 MHz x 125 / 6 / 2 = 125 MHz. */
  unreset(1 << 12);
  *hardware(PLL_SYS + 0x00) = 1;
  *hardware(PLL_SYS + 0x08) = 125;
  *hardware(PLL_SYS + 0x04) = 1 << 3; /* on, except the dividers after it */
  wait_until_set(PLL_SYS + 0x00, 1u << 31);
  *hardware(PLL_SYS + 0x0c) = 6 << 16 | 2 << 12;
  *hardware(PLL_SYS + 0x04) = 0;

  *hardware(CLOCKS + 0x3c) = 1; /* clk_sys: the PLL, the first of the auxiliary sources */
  wait_until_set(CLOCKS + 0x44, 1 << 1);
  *hardware(CLOCKS + 0x48) = 1 << 11; /* clk_peri: clk_sys, enabled */
}

void unreset(uint32_t blocks) {
  *hardware(RESETS + 0x3000) = blocks; /* this alias clears the bits that are written */
  wait_until_set(RESETS + 0x08, blocks);
}
