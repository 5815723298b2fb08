/** Runs C programs without an operating system on emulated processors. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type TestContext } from 'vitest';

/** A processor, and the machine of QEMU that has one. */
export interface EmulatedChip {
  compiler: string;
  flags: readonly string[];
  emulator: string;
  machine: readonly string[];
  /** Addresses and bytes of the memories for code with constants, and for data. */
  code: readonly [number, number];
  data: readonly [number, number];
}

const KB = 1024;
const arm = (cpu: string, machine: string, code: EmulatedChip['code'], data: EmulatedChip['data']) => ({
  compiler: 'arm-none-eabi-gcc',
  flags: [`-mcpu=${cpu}`, '-mthumb', '-mfloat-abi=soft'],
  emulator: 'qemu-system-arm',
  machine: ['-M', machine],
  code,
  data,
});

export const EMULATED_CHIPS: Readonly<Record<string, EmulatedChip>> = {
  // A BBC micro:bit, with its 16 KB of RAM.
  'Cortex-M0+': arm('cortex-m0plus', 'microbit', [0, 256 * KB], [0x20000000, 16 * KB]),
  'Cortex-M4': arm('cortex-m4', 'netduinoplus2', [0x08000000, 1024 * KB], [0x20000000, 128 * KB]),
  'Cortex-M7': arm('cortex-m7', 'mps2-an500', [0, 4096 * KB], [0x20000000, 4096 * KB]),
  'Cortex-M33': arm('cortex-m33', 'mps2-an505', [0x10000000, 4096 * KB], [0x38000000, 4096 * KB]),
  RV32: {
    compiler: 'riscv64-unknown-elf-gcc',
    flags: ['-march=rv32imc', '-mabi=ilp32', '-mcmodel=medany'],
    emulator: 'qemu-system-riscv32',
    machine: ['-M', 'virt', '-bios', 'none'],
    code: [0x80000000, 1024 * KB],
    data: [0x80100000, 1024 * KB],
  },
  // The processor of the ESP8266, in no chip.
  LX106: {
    compiler: 'xtensa-lx106-elf-gcc',
    flags: ['-mtext-section-literals', '-mlongcalls'],
    emulator: 'qemu-system-xtensa',
    machine: ['-M', 'sim', '-cpu', 'lx106'],
    code: [0x50000000, 256 * KB],
    data: [0x60000000, 128 * KB],
  },
};

/** Functions of C for programs without a C library. */
const shared = fileURLToPath(new URL('../../firmware/ports/cortex-m/', import.meta.url));

/** The start of a program, and `say` and `leave`, by the emulator's semihosting. */
const START = `#include <stdint.h>
#include <string.h>

void start(void);
int program(void);
void say(const char *text);

#if defined(__arm__)
static void call(uintptr_t operation, const void *argument) {
  register uintptr_t r0 __asm("r0") = operation;
  register const void *r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}
#elif defined(__riscv)
__attribute__((naked)) static void call(uintptr_t operation, const void *argument) {
  (void)operation, (void)argument;
  __asm volatile(".balign 16\\n.option push\\n.option norvc\\nslli zero, zero, 0x1f\\nebreak\\nsrai zero, zero, 7\\nret\\n.option pop");
}
#endif

#if defined(__xtensa__)
static void call(uintptr_t operation, uintptr_t a, const void *b, uintptr_t c) {
  register uintptr_t a2 __asm("a2") = operation;
  register uintptr_t a3 __asm("a3") = a;
  register const void *a4 __asm("a4") = b;
  register uintptr_t a5 __asm("a5") = c;
  __asm volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
}
void say(const char *text) { call(4, 1, text, strlen(text)); }
static void leave(int failed) { call(1, (uintptr_t)failed, 0, 0); }
__asm(".section .vectors, \\"ax\\"\\n.global start\\nstart: j 1f\\n.balign 4\\n.literal_position\\n1: movi a1, stack_top\\ncall0 begin\\n.text");
#else
void say(const char *text) { call(4, text); }
static void leave(int failed) {
  const uintptr_t values[] = {0x20026, (uintptr_t)failed};
  call(0x20, values);
}
#endif

__attribute__((used, noreturn)) void begin(void) {
  leave(program());
  for (;;) {}
}

#if defined(__arm__)
extern uint32_t stack_top[];
__attribute__((noreturn)) void fault(void) {
  leave(99);
  for (;;) {}
}
__attribute__((used, section(".vectors"))) const void *const vectors[16] = {stack_top, (const void *)begin, (const void *)fault,
                                                                            (const void *)fault, (const void *)fault};
#elif defined(__xtensa__)
/* The compiler's library has no divisions and long products: those of an ESP8266 are in its ROM. */
static uint64_t divide(uint64_t a, uint64_t b, uint64_t *rest) {
  uint64_t quotient = 0;
  *rest = 0;
  for (int i = 63; i >= 0; i--) {
    *rest = *rest << 1 | (a >> i & 1);
    quotient <<= 1;
    if (*rest >= b) *rest -= b, quotient |= 1;
  }
  return quotient;
}
uint64_t __udivdi3(uint64_t a, uint64_t b) { uint64_t rest; return divide(a, b, &rest); }
uint32_t __udivsi3(uint32_t a, uint32_t b) { uint64_t rest; return (uint32_t)divide(a, b, &rest); }
uint32_t __umodsi3(uint32_t a, uint32_t b) { uint64_t rest; divide(a, b, &rest); return (uint32_t)rest; }
uint64_t __muldi3(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  for (; b != 0; a <<= 1, b >>= 1) if ((b & 1) != 0) product += a;
  return product;
}
#elif defined(__riscv)
__asm(".section .vectors, \\"ax\\"\\n.global start\\nstart: la sp, stack_top\\ncall begin\\n.text");
#endif
`;

const hex = (value: number) => `0x${value.toString(16)}`;

function linkerScript({ code, data }: EmulatedChip): string {
  return `MEMORY {
  CODE (rx) : ORIGIN = ${hex(code[0])}, LENGTH = ${hex(code[1])}
  DATA (rw) : ORIGIN = ${hex(data[0])}, LENGTH = ${hex(data[1])}
}
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.literal .literal.* .text .text.* .rodata .rodata.* .srodata .srodata.*) } > CODE
  .data : { *(.data .data.* .sdata .sdata.*) } > DATA
  .bss (NOLOAD) : { *(.bss .bss.* .sbss .sbss.* COMMON) } > DATA
  stack_top = ${hex(data[0] + data[1])};
  ASSERT(SIZEOF(.data) == 0, "all data is constant, or 0 at first")
  ASSERT(stack_top - (ADDR(.bss) + SIZEOF(.bss)) >= 2048, "there is no room for the stack")
}
`;
}

/** Skips a test if a program that it needs is missing; fails it in continuous integration. */
export function requirePrograms(context: TestContext, ...programs: string[]): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  if (missing.length === 0) return;
  const advice = `${missing.join(', ')} not found; \`npm run setup:boards\` installs it`;
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

/**
 * Compiles sources in a folder and runs their `int program(void)`, which may call `void say(const char *text)`, on an
 * emulated chip.
 *
 * @param options for the compiler
 * @returns the exit code, and the text that it said
 */
export function runOnChip(
  chip: EmulatedChip,
  folder: string,
  sources: readonly string[],
  options: readonly string[],
): { status: number | null; said: string } {
  const { compiler, flags, emulator, machine } = chip;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'start.c'), START);
  writeFileSync(join(folder, 'memory.c'), readFileSync(join(shared, 'memory.c')));
  writeFileSync(join(folder, 'link.ld'), linkerScript(chip));
  const headers = join(shared, 'include');
  const common = [...flags, '-ffreestanding', '-ffunction-sections', '-fdata-sections', '-isystem', headers];
  const link = [
    '-nostdlib',
    '-Wl,--gc-sections',
    `-Wl,-e,${compiler.startsWith('arm') ? 'begin' : 'start'}`,
    '-Wl,--no-warn-rwx-segments',
    '-T',
    'link.ld',
  ];
  const own = [compiler, [...common, '-O1', '-c', 'start.c', 'memory.c']] as const;
  const program = join(folder, 'program.elf');
  const steps = [
    own,
    [compiler, [...common, ...options, ...link, ...sources, 'start.o', 'memory.o', '-lgcc', '-o', program]],
  ] as const;
  for (const [name, args] of steps) {
    const { status, stderr } = spawnSync(name, args, { cwd: folder, encoding: 'utf8' });
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
  }
  const semihosting =
    emulator === 'qemu-system-xtensa'
      ? ['-semihosting']
      : ['-chardev', 'stdio,id=said', '-semihosting-config', 'enable=on,target=native,chardev=said'];
  const screen = ['-display', 'none', '-monitor', 'none', '-serial', 'none'];
  const args = [...machine, ...screen, ...semihosting, '-kernel', program];
  const { status, stdout, stderr } = spawnSync(emulator, args, { encoding: 'utf8', timeout: 120_000 });
  return { status, said: stdout + stderr };
}
