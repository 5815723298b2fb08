import { type Model, UsageError } from '@bd-edge/sdk/internal';

/** Returns the first line of a generated file: the network's name and the command. It is safe in a comment. */
export function title({ metadata }: Model): string {
  const name: unknown = metadata?.name;
  const made = 'made by bd-edge compile';
  return typeof name === 'string' && oneLine(name) !== ''
    ? `${oneLine(name)}, ${made}`
    : `A network, ${made}`;
}

/** Removes everything that would end a line or a comment. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, ' ')
    .replaceAll('*/', '* /')
    .replaceAll('\\', '/')
    .trim();
}

/** The words that C or C++ reserve. */
const KEYWORDS = new Set(
  (
    'alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl const constexpr ' +
    'continue decltype default delete do double else enum explicit export extern false float for friend goto if ' +
    'inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public ' +
    'register restrict return short signed sizeof static struct switch template this throw true try typedef typeid ' +
    'typename union unsigned using virtual void volatile wchar_t while xor xor_eq'
  ).split(' '),
);

/**
 * Makes a C identifier from a file name. Characters other than ASCII letters and digits become underscores.
 *
 * @throws {UsageError} code `invalid-c-name` if no character is left
 */
export function identifier(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (name === '') {
    throw new UsageError(
      'invalid-c-name',
      `"${text}" cannot become a C identifier; choose a file name with ASCII letters.`,
      { received: text, expected: 'a name with ASCII letters or digits' },
    );
  }
  return /^[0-9]/.test(name) || KEYWORDS.has(name) ? `model_${name}` : name;
}
