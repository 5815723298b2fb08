// The sizes of a firmware's parts, from the symbols that cortex-m.ld puts between them.

const PARTS = ['interpreter', 'core', 'port', 'compiler'];

/**
 * @param {ReturnType<typeof import('./elf.mjs').parseElf>} elf
 * @returns {{ flash: Record<string, number>, data: number, bss: number, stack: number, arena: number }} bytes. `flash`
 *   is code and constants by part; `data` is in flash and RAM, the others are RAM only
 */
export function sizesOf({ sections, symbols }) {
  const address = Object.fromEntries(symbols.map((symbol) => [symbol.name, symbol.address]));
  const section = (name) => sections.find((one) => one.name === name)?.size ?? 0;
  const bounds = [...PARTS, 'end'].map((part) => address[`linker_size_${part}`]);
  const flash = Object.fromEntries(PARTS.map((part, i) => [part, bounds[i + 1] - bounds[i]]));
  flash.vectors = section('.boot') + section('.vectors');
  return {
    flash,
    data: section('.data'),
    bss: section('.bss'),
    stack: address.linker_stack_top - address.linker_stack_lowest,
    arena: address.linker_arena_bytes,
  };
}

/** Formats sizes, one line per number. */
export function formatSizes({ flash, ...ram }) {
  const total = Object.values(flash).reduce((sum, bytes) => sum + bytes, ram.data);
  const used = ram.data + ram.bss + ram.stack;
  const line = (name, bytes) => `  ${name.padEnd(34)}${bytes.toLocaleString('en').padStart(10)}`;
  return [
    line('flash', total),
    ...Object.entries(flash).map(([part, bytes]) => line(`  ${part}`, bytes)),
    line('  initial data', ram.data),
    line('RAM without the arena', used),
    line('  data', ram.data),
    line('  bss', ram.bss),
    line('  stack', ram.stack),
    line('arena: all remaining RAM', ram.arena),
  ].join('\n');
}

/** Formats a map: the address and size of each symbol, sorted by address. */
export function formatMap({ sections, symbols }) {
  const hex = (number) => number.toString(16).padStart(8, '0');
  return [
    'sections',
    ...sections
      .filter(({ allocated }) => allocated)
      .map(({ name, address, size }) => `${hex(address)} ${String(size).padStart(8)} ${name}`),
    '',
    'symbols',
    ...symbols
      .filter(({ name }) => !name.startsWith('$'))
      .map(({ name, address, size }) => `${hex(address)} ${String(size).padStart(8)} ${name}`),
    '',
  ].join('\n');
}
