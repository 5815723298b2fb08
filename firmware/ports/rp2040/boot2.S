/* The second stage of the RP2040's boot. Its ROM copies the first 256 bytes of flash to RAM, checks their
 * CRC-32 (which the build writes to the last four) and calls them. They make flash readable as memory and
 * continue at the vector table after them; called with a return address, they return to it.
 *
 * Flash is read with command 3Bh, "fast read dual output", which every serial flash of this kind supports
 * without settings: 8 bits of command, 24 of address and 8 wait cycles on one wire, then data on two. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .boot, "ax"
    .global boot2
boot2:
    ldr  r3, =0x18000000        /* the flash interface, a Synopsys SSI */
    movs r0, #0
    str  r0, [r3, #0x08]        /* SSIENR: off, for the configuration */
    movs r0, #2
    str  r0, [r3, #0x14]        /* BAUDR: clk_sys / 2 = 62.5 MHz */
    ldr  r0, =0x003f0300        /* CTRLR0: dual, 32-bit frames, read after sending command and address */
    str  r0, [r3, #0x00]
    movs r0, #0
    str  r0, [r3, #0x04]        /* CTRLR1: one data frame */
    ldr  r0, =0x3b004218        /* SPI_CTRLR0: command 3Bh, 8 wait cycles, 8-bit command, 24-bit address, both on one wire */
    ldr  r1, =0xf4
    str  r0, [r3, r1]
    movs r0, #1
    movs r1, #0xf0
    str  r0, [r3, r1]           /* RX_SAMPLE_DLY: one clock later, for the round trip */
    str  r0, [r3, #0x08]        /* SSIENR: on */
    mov  r0, lr
    cmp  r0, #0
    bne  back
    ldr  r0, =0x10000100        /* the vector table */
    ldr  r1, =0xe000ed08        /* VTOR */
    str  r0, [r1]
    ldr  r1, [r0]
    mov  sp, r1
    ldr  r0, [r0, #4]
back:
    bx   r0
    .pool
    .org 252
    .word 0                     /* the CRC-32 */
