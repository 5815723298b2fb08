import { type Item, splitSource } from './c-items.js';

/** C text by file name. */
export type Sources = Readonly<Record<string, string>>;

/** Items of C sources that belong together, and the system headers that their files include. */
export interface Selection {
  /** Each item once, after the items that it mentions. Functions are static. */
  items: { file: string; names: readonly string[]; text: string }[];
  /** Such as `<stdint.h>`. */
  includes: string[];
}

/**
 * Joins C sources to the text of one file with what `roots` need; see {@link selectItems}.
 *
 * @throws {SyntaxError} if a root is missing, or two files define a name for all files
 */
export function amalgamate(
  sources: Sources,
  roots: readonly string[],
  reserved: readonly string[] = [],
): string {
  return textOf(selectItems(sources, roots, reserved));
}

/** Returns the text of a selection. */
export function textOf({ items, includes }: Selection): string {
  const lines = includes.map((include) => `#include ${include}\n`);
  return `${lines.join('')}\n${items.map(({ text }) => text).join('\n\n')}\n`;
}

/**
 * Selects what `roots` need from C sources: each item once, after the items that it mentions. All functions become
 * static. Names that several files use for different things get the file's name as a prefix.
 *
 * @param reserved names that the items must not have, such as `struct NAME`; those that do get another one
 * @throws {SyntaxError} if a root is missing, or two files define a name for all files
 */
export function selectItems(
  sources: Sources,
  roots: readonly string[],
  reserved: readonly string[] = [],
): Selection {
  const files = Object.entries(sources).map(([file, source]) => splitSource(file, source));
  const items = files.flatMap((file) => file.items);
  prefixLocals(items);
  for (const name of reserved) rename(items, name, 'kernel');
  const comments = new Map(files.flatMap((file) => [...file.comments]));

  const table = new Map<string, Item>();
  for (const item of items)
    for (const name of item.names) {
      const key = keyOf(item, name);
      if (table.has(key)) throw new SyntaxError(`${item.file}: "${name}" has two definitions`);
      table.set(key, item);
    }

  const chosen = new Set<Item>();
  const selected: Selection['items'] = [];
  const take = (item: Item): void => {
    if (chosen.has(item)) return;
    chosen.add(item);
    for (const name of item.mentions) {
      const needed = table.get(`${item.file} ${name}`) ?? table.get(name);
      if (needed) take(needed);
    }
    const comment = item.names.map((name) => comments.get(name)).find(Boolean);
    const text = item.text.startsWith('/') ? item.text : `${comment ?? ''}${item.text}`;
    selected.push({ file: item.file, names: item.names, text });
  };
  for (const root of roots) {
    const item = table.get(root);
    if (!item) throw new SyntaxError(`"${root}" has no definition`);
    take(item);
  }
  const used = new Set(Array.from(chosen, ({ file }) => file));
  const includes = Object.keys(sources).flatMap((file, i) => (used.has(file) ? files[i].includes : []));
  return { items: selected, includes: [...new Set(includes)].sort() };
}

/** Returns a name's key in the table of definitions: a local name counts in its file only. */
function keyOf(item: Item, name: string): string {
  return item.exported.has(name) ? name : `${item.file} ${name}`;
}

/** Puts the file's name before local names that another file defines too. */
function prefixLocals(items: Item[]): void {
  const filesOf = new Map<string, Set<string>>();
  for (const { file, names } of items)
    for (const name of names) filesOf.set(name, (filesOf.get(name) ?? new Set()).add(file));
  for (const { file, names, exported } of items)
    for (const name of names.filter((one) => !exported.has(one) && filesOf.get(one)?.size !== 1)) {
      const own = items.filter((item) => item.file === file);
      rename(own, name, file.replace(/\.\w+$/, '').replaceAll('-', '_'));
    }
}

/** Puts a prefix before a name wherever items define or mention it. */
function rename(items: Item[], name: string, prefix: string): void {
  const bare = name.replace(/^(?:struct|enum) /, '');
  const pattern =
    name === bare ? `(?<!\\.|->|struct |enum )\\b${bare}\\b` : `(?<=(?:struct|union|enum) )${bare}\\b`;
  const renamed = name.replace(bare, `${prefix}_${bare}`);
  for (const item of items) {
    item.text = item.text.replace(new RegExp(pattern, 'g'), `${prefix}_${bare}`);
    item.names = item.names.map((one) => (one === name ? renamed : one));
    if (item.exported.delete(name)) item.exported.add(renamed);
    if (item.mentions.delete(name)) item.mentions.add(renamed);
  }
}
