import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../terminal/printable.js';
import { formatJunit, type JunitCase } from './junit.js';

test('one test for each board, with its failure or error', () => {
  const cases: JunitCase[] = [
    { name: '/dev/ttyUSB0', milliseconds: 1234.5678 },
    { name: 'sim:', milliseconds: 10, failure: { code: 'logits-differ', message: '1 differs' } },
    { name: 'rfc2217://rack:4000', milliseconds: 2000, error: { code: 'port-busy', message: 'a "b" <c>' } },
  ];
  expect(formatJunit('bd-edge check', cases)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites tests="3" failures="1" errors="1" time="2.000">
      <testsuite name="bd-edge check" tests="3" failures="1" errors="1" time="2.000">
        <testcase name="/dev/ttyUSB0" classname="bd-edge check" time="1.235"/>
        <testcase name="sim:" classname="bd-edge check" time="0.010">
          <failure type="logits-differ" message="1 differs">1 differs</failure>
        </testcase>
        <testcase name="rfc2217://rack:4000" classname="bd-edge check" time="2.000">
          <error type="port-busy" message="a &quot;b&quot; &lt;c&gt;">a &quot;b&quot; &lt;c&gt;</error>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#9': '\t',
  '#10': '\n',
};
const TAG = /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/y;

/** Parses XML strictly: only what the reports contain. @returns the tags with their attributes, and the texts */
function parse(xml: string) {
  const decode = (text: string) =>
    text.replace(/&([^;]*);|&/g, (all, name) => {
      if (!(name in ENTITIES)) throw new Error(`unknown entity in ${all}`);
      return ENTITIES[name];
    });
  const [declaration] = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(xml) ?? [];
  if (declaration === undefined) throw new Error('no declaration');
  const open: string[] = [];
  const tags: { name: string; attributes: Record<string, string> }[] = [];
  const texts: string[] = [];
  for (let at = declaration.length; at < xml.length; ) {
    TAG.lastIndex = at;
    const tag = TAG.exec(xml);
    if (tag === null) {
      const [text] = /^[^<]+/.exec(xml.slice(at)) ?? [];
      if (text === undefined) throw new Error(`no tag and no text at ${at}`);
      if (text.trim() !== '') texts.push(decode(text));
      at += text.length;
      continue;
    }
    const [all, closing, name, attributes, empty] = tag;
    at += all.length;
    if (closing !== '') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another tag`);
      continue;
    }
    const pairs = Array.from(attributes.matchAll(/ ([a-z]+)="([^"]*)"/g), ([, key, value]) => [
      key,
      decode(value),
    ]);
    tags.push({ name, attributes: Object.fromEntries(pairs) });
    if (empty === '') open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open}`);
  return { tags, texts };
}

test('any text is well-formed XML that has the same text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", ']', '\n', '\t', '\r', '\0', '\uffff', '\ud800', 'a'),
    }),
  );
  fc.assert(
    fc.property(text, text, (name, message) => {
      const xml = formatJunit('suite', [{ name, milliseconds: 1, error: { code: 'code', message } }]);
      // The characters of XML 1.0.
      expect(xml).toMatch(/^[\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      const clean = (text: string) => printable(text).replace(/[\ufffe\uffff]/g, '\ufffd');
      const { tags, texts } = parse(xml);
      expect(tags.find((tag) => tag.name === 'testcase')?.attributes.name).toBe(clean(name));
      expect(tags.find((tag) => tag.name === 'error')?.attributes).toEqual({
        type: 'code',
        message: clean(message),
      });
      expect(texts).toEqual(clean(message).trim() === '' ? expect.anything() : [clean(message)]);
    }),
  );
});
