import { attempt } from './message.js';

export type FileKind = 'network' | 'image' | 'report';

/** The number of bytes that `kindOf` needs. */
export const START_BYTES = 16;

/**
 * Returns the kind of a file by its first bytes, name and type. A phone may rename a network or not know its type.
 *
 * @throws {TypeError} if the file is of another kind
 */
export function kindOf({ name, type }: { name: string; type: string }, start: Uint8Array): FileKind {
  if (/\.bdm$/i.test(name) || String.fromCharCode(...start.subarray(0, 3)) === 'BDM') return 'network';
  if (type.startsWith('image/')) return 'image';
  if (/\.html?$/i.test(name) || type === 'text/html') return 'report';
  throw new TypeError(`${name} is not an image, a network (.bdm) or a training report (.html).`);
}

/** Handles files that are chosen in an input. */
export function takeFiles(input: HTMLInputElement, take: (file: File) => Promise<void>): void {
  const taken = attempt(take);
  input.onchange = () => {
    const [file] = input.files ?? [];
    // Choosing the same file again must count as a change.
    input.value = '';
    if (file) void taken(file);
  };
}

/** Passes the files that are dropped anywhere on the page. */
export function takeDrops(take: (file: File) => Promise<void>): void {
  const taken = attempt(take);
  const { body } = document;
  body.ondragover = (event) => {
    event.preventDefault();
    body.classList.add('dropping');
  };
  body.ondragleave = (event) => {
    if (event.relatedTarget === null) body.classList.remove('dropping');
  };
  body.ondrop = (event) => {
    event.preventDefault();
    body.classList.remove('dropping');
    const [file] = event.dataTransfer?.files ?? [];
    if (file) void taken(file);
  };
}
