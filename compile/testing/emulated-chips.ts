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

const START = new URL('chip-start.c', import.meta.url);
/** Functions of C for programs without a C library. */
const shared = fileURLToPath(new URL('../../firmware/ports/cortex-m/', import.meta.url));

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
  writeFileSync(join(folder, 'start.c'), readFileSync(START));
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
