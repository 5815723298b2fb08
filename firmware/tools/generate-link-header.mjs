// Writes firmware/core/link-protocol.h: the link's numbers and layouts, for C, from the same definitions that the host
// uses. `node firmware/tools/generate-link-header.mjs`
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FILE = join(root, 'firmware/core/link-protocol.h');

/** What the definitions consist of; plain TypeScript modules without dependencies. */
const DEFINITIONS = [
  'firmware-host/link/messages.ts',
  'firmware-host/link/protocol.ts',
  'firmware-host/link/record.ts',
  'firmware-host/link/bytes.ts',
  'sdk/errors.ts',
  'assembly/layout.ts',
];

/** What firmware has to know of the engine. */
const ENGINE_CONSTANTS = [
  ...['ENGINE_ABI', 'NATIVE_KERNELS', 'IN_PLACE', 'VALID', 'OUT_OF_MEMORY', 'MAX_SHIFT'],
  ...['INT8_CONVOLUTION', 'BINARY_CONVOLUTION', 'MAX_POOL', 'SUM_POOL'].map((name) => `OPCODE_${name}`),
  ...['U8', 'BITS', 'INT32', 'INT16'].map((name) => `TYPE_${name}`),
];

/**
 * @param messages what firmware-host/link/messages.ts exports
 * @param protocol what firmware-host/link/protocol.ts exports
 * @param layout what assembly/layout.ts exports
 */
export function source({ messages, protocol, layout }) {
  const requests = messages.MESSAGES.filter(({ type }) => !isReply(type));
  const replies = messages.MESSAGES.filter(({ type }) => isReply(type));
  return [
    '/* Made by firmware/tools/generate-link-header.mjs from firmware-host/link: change it there. */',
    '#ifndef BD_EDGE_LINK_PROTOCOL_H',
    '#define BD_EDGE_LINK_PROTOCOL_H',
    '#include "frame-writer.h"',
    '#include "record-reader.h"',
    '#include <stdbool.h>',
    '#include <stddef.h>',
    '#include <stdint.h>',
    '',
    // Sorted, as not every loader of modules keeps their order.
    ...Object.keys(protocol)
      .sort()
      .map((name) => define(name, protocol[name])),
    '',
    '/* Of the engine: assembly/layout.ts. */',
    ...ENGINE_CONSTANTS.map((name) => define(`ENGINE_${name.replace(/^ENGINE_/, '')}`, layout[name])),
    '',
    '/* Requests: false if the payload is too short or long, or a field out of its range. */',
    ...requests.flatMap((message) => ['', ...struct(message), ...reader(message)]),
    '',
    '/* Replies, up to their last field if that is all the rest: the caller adds its bytes, and frame_end(). */',
    ...replies.flatMap((message) => ['', ...struct(message), ...writer(message)]),
    '',
    '#endif',
    '',
  ].join('\n');
}

/** A reply's type has bit 4 set. */
const isReply = (type) => (type & 0x10) !== 0;

const define = (name, value) => `#define ${name} ${value}u`;

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const structName = ({ name }) => `link_${name.toLowerCase()}`;

const INTEGERS = { u8: 1, u16: 2, u32: 4 };
const isInteger = ({ kind }) => kind in INTEGERS;
/** All that is left of the payload. */
const isRest = ({ kind }) => ['bytes', 'i32s', 'u32s'].includes(kind);

function members(message) {
  const incoming = !isReply(message.type);
  return Object.entries(message.fields).flatMap(([name, field]) => {
    if (isInteger(field)) return [`uint${8 * INTEGERS[field.kind]}_t ${snake(name)};`];
    if (field.kind === 'digest') return [`const uint8_t *${snake(name)};`];
    if (field.kind === 'text') return [`const char *${snake(name)};`];
    return incoming ? [`const uint8_t *${snake(name)};`, `size_t ${snake(name)}_length;`] : [];
  });
}

function struct(message) {
  const lines = [`#define ${message.name}_FIXED_BYTES ${message.fixedBytes}u`];
  if (members(message).length === 0) return lines;
  return [...lines, `struct ${structName(message)} {`, ...members(message).map((line) => `  ${line}`), '};'];
}

function reader(message) {
  const lines = Object.entries(message.fields).flatMap(([name, field]) => {
    const member = `message->${snake(name)}`;
    if (isInteger(field)) {
      const type = `uint${8 * INTEGERS[field.kind]}_t`;
      return [
        `${member} = (${type})record_integer(&record, ${INTEGERS[field.kind]}, ${field.min}u, ${field.max}u);`,
      ];
    }
    if (field.kind === 'digest') return [`${member} = record_bytes(&record, DIGEST_BYTES);`];
    if (isRest(field)) {
      return [`${member}_length = record.left;`, `${member} = record_bytes(&record, record.left);`];
    }
    throw new Error(`${message.name}.${name}: no request has had a ${field.kind} so far; teach this script.`);
  });
  return [
    `static inline bool link_read_${message.name.toLowerCase()}(struct ${structName(message)} *message,`,
    '                                      const uint8_t *payload, size_t length) {',
    '  struct record_reader record = {payload, length, true};',
    ...lines.map((line) => `  ${line}`),
    '  return record_is_sound(&record);',
    '}',
  ];
}

function writer(message) {
  const lines = Object.entries(message.fields).flatMap(([name, field]) => {
    const member = `message->${snake(name)}`;
    if (isInteger(field)) return [`frame_integer(${member}, ${INTEGERS[field.kind]});`];
    if (field.kind === 'digest') return [`frame_bytes(${member}, DIGEST_BYTES);`];
    return field.kind === 'text' ? [`frame_text(${member}, MAX_TEXT_BYTES);`] : [];
  });
  const parameter = members(message).length === 0 ? '' : `, const struct ${structName(message)} *message`;
  return [
    `static inline void link_write_${message.name.toLowerCase()}(uint16_t sequence${parameter}) {`,
    `  frame_begin(TYPE_${message.name}, sequence);`,
    ...lines.map((line) => `  ${line}`),
    '}',
  ];
}

/** The definitions as this version of Node can import them: TypeScript, its types taken off. */
async function load() {
  const { default: typescript } = await import('typescript');
  const { ModuleKind, ScriptTarget } = typescript;
  const folder = join(root, 'build/link-definitions');
  for (const path of DEFINITIONS) {
    const file = join(folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    const { outputText } = typescript.transpileModule(readFileSync(join(root, path), 'utf8'), {
      compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 },
    });
    writeFileSync(file, outputText);
  }
  const [messages, protocol, layout] = await Promise.all(
    ['firmware-host/link/messages.js', 'firmware-host/link/protocol.js', 'assembly/layout.js'].map(
      (path) => import(pathToFileURL(join(folder, path)).href),
    ),
  );
  return { messages, protocol, layout };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, source(await load()));
