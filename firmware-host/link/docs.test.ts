import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MESSAGES } from './messages.js';
import * as protocol from './protocol.js';
import type { Field, Message } from './record.js';

const page = readFileSync(new URL('../../docs/link.md', import.meta.url), 'utf8');

const hex = (type: number) => `0x${type.toString(16).padStart(2, '0')}`;

const FULL = { u8: 0xff, u16: 0xffff, u32: 0xffffffff };

function describeField([name, field]: [string, Field]): string {
  if (!('min' in field)) return `${name} ${field.kind}`;
  const limited = field.min !== 0 || field.max !== FULL[field.kind];
  return `${name} ${field.kind}${limited ? ` ${field.min}..${field.max}` : ''}`;
}

/** Returns the row of the page's table. */
const row = ({ name, type, fields }: Message) =>
  `| ${name} | ${hex(type)} | ${Object.entries(fields).map(describeField).join(', ') || 'nothing'} |`;

test.each(MESSAGES.map((message) => [row(message as never)]))('docs/link.md has the row: %s', (line) => {
  expect(page).toContain(line);
});

test.each(Object.entries(protocol).filter(([name]) => name.startsWith('ERROR_')))(
  'docs/link.md explains %s',
  (name, code) => {
    expect(page).toContain(`| ${code} | ${name.slice('ERROR_'.length)} |`);
  },
);

test('docs/link.md has the version and the limits', () => {
  expect(page).toContain(`version ${protocol.PROTOCOL_MAJOR}.${protocol.PROTOCOL_MINOR}`);
  expect(page).toContain(`${protocol.MIN_PAYLOAD} to ${protocol.MAX_PAYLOAD} bytes`);
  expect(page).toContain(`at most ${protocol.MAX_TEXT_BYTES} bytes`);
});
