import { attempt } from './message.js';

/** What a file is, by its name and type: the page takes networks, images, and reports. */
export type FileKind = 'network' | 'image' | 'report';

/** @throws {TypeError} if it is something else */
export function kindOf({ name, type }: { name: string; type: string }): FileKind {
  if (/\.bdm$/i.test(name)) return 'network';
  if (type.startsWith('image/')) return 'image';
  if (/\.html?$/i.test(name) || type === 'text/html') return 'report';
  throw new TypeError(
    `${name} is neither an image nor a network (.bdm) nor a training report (.html); open one of these.`,
  );
}

/** Takes files that are chosen in an input, or dropped anywhere. */
export function takeFiles(input: HTMLInputElement, take: (file: File) => Promise<void>): void {
  const taken = attempt(take);
  input.onchange = () => {
    const [file] = input.files ?? [];
    // The same file again is a change, too.
    input.value = '';
    if (file) void taken(file);
  };
}

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
