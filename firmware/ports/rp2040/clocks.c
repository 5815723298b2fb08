#include "clocks.h"
#include "start.h"

enum { RESETS = 0x4000c000, XOSC = 0x40024000, PLL_SYS = 0x40028000, PLL_USB = 0x4002c000, CLOCKS = 0x40008000 };
enum { RESET_PLL_SYS = 1 << 12, RESET_PLL_USB = 1 << 13 };

static void wait_until_set(uintptr_t address, uint32_t bits) {
  while ((*hardware(address) & bits) != bits) {
  }
}

/* Starts a PLL: 12 MHz x feedback / divider / second divider. */
static void pll_start(uintptr_t base, uint32_t reset, uint32_t feedback, uint32_t divider, uint32_t second) {
  unreset(reset);
  *hardware(base + 0x00) = 1;
  *hardware(base + 0x08) = feedback;
  *hardware(base + 0x04) = 1 << 3; /* on, except the dividers after it */
  wait_until_set(base + 0x00, 1u << 31);
  *hardware(base + 0x0c) = divider << 16 | second << 12;
  *hardware(base + 0x04) = 0;
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

  pll_start(PLL_SYS, RESET_PLL_SYS, 125, 6, 2); /* 125 MHz */
  *hardware(CLOCKS + 0x3c) = 1; /* clk_sys: the PLL, the first of the auxiliary sources */
  wait_until_set(CLOCKS + 0x44, 1 << 1);
  *hardware(CLOCKS + 0x48) = 1 << 11; /* clk_peri: clk_sys, enabled */

  pll_start(PLL_USB, RESET_PLL_USB, 120, 6, 5); /* 48 MHz */
  *hardware(CLOCKS + 0x54) = 1 << 11;           /* clk_usb: its PLL, enabled */
}

void unreset(uint32_t blocks) {
  *hardware(RESETS + 0x3000) = blocks; /* this alias clears the bits that are written */
  wait_until_set(RESETS + 0x08, blocks);
}
