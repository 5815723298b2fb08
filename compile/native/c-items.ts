/**
 * Splits C sources into their top-level items, and picks those that a program needs. It reads the style of
 * firmware/kernels, and rejects what it does not know.
 */

/** A top-level item: a function, type, constant or macro, or everything from `#if` to its `#endif`. */
export interface Item {
  file: string;
  /** With the comment right before it. Functions are static. */
  text: string;
  /** The identifiers that it defines; structs and unions as `struct NAME`, enumerations as `enum NAME`. */
  names: string[];
  /** The identifiers in it; structs as `struct NAME`. */
  mentions: Set<string>;
  /** Those of its names that other files see too. */
  exported: Set<string>;
}

interface Declaration {
  comment: string;
  text: string;
}

/** The items of a file, and what it declares without defining it. */
export interface SourceFile {
  items: Item[];
  /** The comments of its prototypes, by the function's name. */
  comments: Map<string, string>;
  /** The headers that it includes in angle brackets. */
  includes: string[];
}

const STRING = /"(?:[^"\\\n]|\\.)*"/g;
const COMMENT = /\/\*[^]*?\*\/|\/\/.*/g;

/** Splits a source file. @throws {SyntaxError} if its end comes within an item */
export function splitSource(file: string, source: string): SourceFile {
  const result: SourceFile = { items: [], comments: new Map(), includes: [] };
  for (const { comment, text, output } of group(declarationsIn(file, withoutGuard(source)))) {
    const include = /^#\s*include\s+(<.*>|".*")/.exec(text)?.[1];
    const bare = text.replace(COMMENT, ' ');
    const prototype = prototypeOf(bare);
    if (include !== undefined) {
      if (include.startsWith('<')) result.includes.push(include);
    } else if (prototype !== undefined) {
      if (comment) result.comments.set(prototype, comment);
    } else {
      const parts = partsOf(bare);
      result.items.push({
        file,
        text: comment + output,
        names: [...new Set(parts.flatMap(namesIn))],
        mentions: mentionsIn(bare),
        exported: new Set(parts.filter((part) => file.endsWith('.h') || isExternal(part)).flatMap(namesIn)),
      });
    }
  }
  return result;
}

/** Removes the include guard of a header, and the comment before it. */
function withoutGuard(source: string): string {
  return source.replace(/^(?:\/\*[^]*?\*\/\s*)?#ifndef (\w+)\n#define \1\n([^]*)\n#endif\s*$/, '$2');
}

/** Returns the directives and declarations at the top level, each with the comment right before it. */
function declarationsIn(file: string, source: string): Declaration[] {
  const found: Declaration[] = [];
  let at = 0;
  let comment = '';
  while (at < source.length) {
    const rest = source.slice(at);
    const space = /^\s+/.exec(rest)?.[0];
    if (space !== undefined) {
      if (/\n\s*\n/.test(space)) comment = '';
      at += space.length;
      continue;
    }
    const remark = /^(?:\/\*[^]*?\*\/|\/\/.*)/.exec(rest)?.[0];
    if (remark !== undefined) {
      comment += `${remark}\n`;
      at += remark.length;
      continue;
    }
    const text = rest.startsWith('#')
      ? (/^(?:.*\\\n)*.*/.exec(rest) as RegExpExecArray)[0]
      : rest.slice(0, endOfDeclaration(file, rest));
    found.push({ comment, text });
    comment = '';
    at += text.length;
  }
  return found;
}

/** Returns where the first declaration of a text ends. */
function endOfDeclaration(file: string, text: string): number {
  const TOKEN = /\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[(){}[\];]/g;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if ('({['.includes(token)) depth++;
    else if (')}]'.includes(token)) depth--;
    const isEnd = token === ';' || (token === '}' && !/^\s*(;|__attribute__)/.test(text.slice(index + 1)));
    if (depth === 0 && isEnd) return index + 1;
  }
  throw new SyntaxError(`${file}: "${text.slice(0, 60)}" does not end`);
}

/** Joins everything from `#if` to its `#endif` to one declaration. `output` has static functions. */
function group(declarations: Declaration[]): (Declaration & { output: string })[] {
  const groups: (Declaration & { output: string })[] = [];
  let depth = 0;
  for (const { comment, text } of declarations) {
    if (depth === 0) {
      groups.push({ comment, text, output: makeStatic(text) });
    } else {
      const last = groups[groups.length - 1];
      last.text += `\n${comment}${text}`;
      last.output += `\n${comment}${makeStatic(text)}`;
    }
    if (/^#\s*if/.test(text)) depth++;
    if (/^#\s*endif/.test(text)) depth--;
  }
  return groups;
}

/** The head of a function: everything before its parameters. */
const FUNCTION_HEAD = /^((?:[A-Za-z_]\w*[\s*]+)+)([A-Za-z_]\w*)\s*\(/;
const NO_FUNCTION = /^(?:typedef|_Static_assert|extern)\b/;

function functionName(bare: string): string | undefined {
  const text = withoutAttributes(bare.trim());
  return NO_FUNCTION.test(text) ? undefined : FUNCTION_HEAD.exec(text)?.[2];
}

/** Returns the name of a function or variable that the text declares and does not define. */
function prototypeOf(bare: string): string | undefined {
  const text = bare.trim();
  if (text.startsWith('extern ')) return /(\w+)(?:\[\w*\])?;$/.exec(text)?.[1];
  return text.endsWith(';') && !text.includes('{') ? functionName(text) : undefined;
}

function withoutAttributes(text: string): string {
  return text.replace(/__attribute__\s*\(\(.*?\)\)\s*/g, '');
}

/** Returns whether a text defines a function that other files can call. */
function isExternal(text: string): boolean {
  const bare = text.trim();
  return (
    functionName(bare) !== undefined &&
    bare.endsWith('}') &&
    !/^[^({]*\bstatic\b/.test(withoutAttributes(bare))
  );
}

function makeStatic(text: string): string {
  return isExternal(text) ? `static ${text}` : text;
}

/** Returns the declarations in an item: several if it is a group. */
function partsOf(bare: string): string[] {
  if (!bare.startsWith('#if')) return [bare];
  return declarationsIn('', bare.replace(/^#\s*(?!define)\w+.*$/gm, '')).map(({ text }) => text);
}

/** Returns the names that a declaration defines. */
function namesIn(text: string): string[] {
  const macro = /^#\s*define\s+(\w+)/.exec(text)?.[1];
  if (macro !== undefined) return [macro];
  const enumeration = /^(?:typedef )?enum\s*(\w*)\s*{([^}]*)}/.exec(text);
  if (enumeration) {
    const [, tag, list] = enumeration;
    const constants = list.split(',').flatMap((constant) => /\w+/.exec(constant)?.[0] ?? []);
    return tag ? [`enum ${tag}`, ...constants] : constants;
  }
  const name = functionName(text);
  if (name !== undefined) return [name];
  const struct = /^(?:struct|union) (\w+)\s*{/.exec(text)?.[1];
  if (struct !== undefined) return [`struct ${struct}`];
  const type = /^typedef\b[^]*?(\w+);$/.exec(text)?.[1];
  if (type !== undefined) return [type];
  const variable = /(\w+)(?:\[[^\]]*\])*\s*=/.exec(text)?.[1];
  return variable === undefined ? [] : [variable];
}

/** Returns the identifiers in a text, without those of members and in strings. */
function mentionsIn(bare: string): Set<string> {
  // The members that a struct declares are no mentions, but their types are.
  const isStruct = /^\s*(?:struct|union)\s+\w+\s*{/.test(bare);
  const text = isStruct ? bare.replace(/\b\w+(?=\s*[;,[:)])/g, '') : bare.replace(STRING, ' ');
  const found = text.matchAll(/(?:(\.|->)\s*)?\b(?:(struct|union|enum)\s+)?([A-Za-z_]\w*)/g);
  return new Set(
    Array.from(found, ([, member, tag, name]) =>
      member ? '' : tag ? `${tag === 'union' ? 'struct' : tag} ${name}` : name,
    ).filter(Boolean),
  );
}
