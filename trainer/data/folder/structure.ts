/** How the images of a folder are arranged: in parts for training and test, by class, or one level further down. */
import { extname } from 'node:path';
import { FileError } from '@bd-edge/sdk/internal';
import { type Entry, entriesOf, type Place } from './entries.js';

/** Makes the error for a folder that is not valid. */
export function invalidImageFolder(path: string, message: string, cause?: unknown): FileError {
  return new FileError('invalid-image-folder', message, { path, cause });
}

export const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'];

/** The folder that macOS adds to archives. */
const MACOS_FOLDER = '__MACOSX';

/** The names of the parts of a dataset, in lower case. The first one that a folder has is used. */
const PART_NAMES = {
  train: ['train', 'training'],
  test: ['test', 'testing', 'val', 'valid', 'validation'],
} as const;

/** The number of levels of archives that have a folder in a folder. */
const MAX_LEVELS = 3;

/** Files and folders by which a training run or a comparison is known. */
const RUN_ENTRIES = ['run.json', 'settings.json', 'compare.json', 'coupled-training', 'teacher-training'];
const RUN_LOCK = /^run-[\w-]+\.lock$/;

/** A folder, and what is in it. */
export interface Folder extends Place {
  entries: Entry[];
}

export interface Structure {
  /** The folder that has the parts or the classes. */
  root: Folder;
  /** The folder with the classes of training images; undefined if there are parts, but none of this kind. */
  train?: Folder;
  /** The folder with the classes of test images. */
  test?: Folder;
  /** Sentences for people: what was not obvious, and what is not used. */
  notes: string[];
}

export const hasImageName = (name: string) =>
  EXTENSIONS.some((extension) => name.toLowerCase().endsWith(extension));

/** Counts a file that is not a picture, or a folder, by what it is. */
export function countIgnored(ignored: Record<string, number>, name: string, isFolder = false): void {
  const what = isFolder ? 'folders' : extname(name).toLowerCase() || 'without an extension';
  ignored[what] = (ignored[what] ?? 0) + 1;
}

const hasImages = ({ entries }: Folder) =>
  entries.some(({ name, kind }) => kind !== 'folder' && hasImageName(name));

const foldersIn = ({ entries }: Folder) =>
  entries.filter(({ name, kind }) => kind === 'folder' && name !== MACOS_FOLDER);

export async function openFolder({ path, rawPath }: Place): Promise<Folder> {
  return { path, rawPath, entries: await entriesOf({ path, rawPath }) };
}

/**
 * Finds the parts and classes of a folder. It reads what is unambiguous: a folder that is the only one in another, parts
 * of common names, and a class with the name of a part.
 *
 * @param isClass returns whether a name is known to be that of a class
 */
export async function structureOf(
  path: string,
  isClass: (name: string) => boolean = () => false,
): Promise<Structure> {
  const notes: string[] = [];
  let root = await openFolder({ path });
  for (let level = 0; level < MAX_LEVELS; level++) {
    const inner = await onlyFolder(root, isClass);
    if (inner === undefined) break;
    notes.push(`${inner.path} is used: it is the only folder in ${root.path}.`);
    root = inner;
  }
  const { train, test, others } = await partsOf(root);
  if (train === undefined && test === undefined) return { root, train: root, notes };
  for (const other of others) notes.push(`${other.path} is not used${reasonOf(other)}.`);
  if (test !== undefined && !/test/i.test(nameOf(test))) notes.push(`${test.path} has the test images.`);
  return { root, train, test, notes };
}

/** Tells why a folder beside the parts is not used, where that is known. */
function reasonOf(folder: Folder): string {
  const name = nameOf(folder);
  if (isPartName(name) && hasImages(folder)) return ': its images are not in one folder for each class';
  return /^val/i.test(name) ? ': validation images are held out of the training images' : '';
}

const nameOf = ({ path }: Place) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** Returns the one folder of a folder, if that is not itself a class or a part. */
async function onlyFolder(folder: Folder, isClass: (name: string) => boolean): Promise<Folder | undefined> {
  const folders = foldersIn(folder);
  if (folders.length !== 1 || hasImages(folder)) return undefined;
  const [{ name }] = folders;
  if (isClass(name.normalize()) || isPartName(name)) return undefined;
  const inner = await openFolder(folders[0]);
  if (hasImages(inner) || foldersIn(inner).length === 0 || isRun(inner)) return undefined;
  return inner;
}

const isPartName = (name: string) =>
  [...PART_NAMES.train, ...PART_NAMES.test].includes(name.toLowerCase() as never);

/** Returns the parts of a folder. A folder that has images and no folders is a class, whatever its name. */
async function partsOf(root: Folder): Promise<{ train?: Folder; test?: Folder; others: Folder[] }> {
  const folders = foldersIn(root);
  const named = await Promise.all(folders.filter(({ name }) => isPartName(name)).map(openFolder));
  const parts = named.filter((folder) => foldersIn(folder).length > 0 && !hasImages(folder));
  const find = (names: readonly string[]) =>
    names
      .map((wanted) => parts.find((part) => nameOf(part).toLowerCase() === wanted))
      .find((part) => part !== undefined);
  const train = find(PART_NAMES.train);
  const classes = folders.length > parts.length;
  // Without train/, other folders show that a folder with the name of a part is a class.
  if (train === undefined && (parts.length === 0 || classes)) return { others: [] };
  // An empty test/ is an error that says so.
  const empty = named.find((folder) => foldersIn(folder).length === 0 && !hasImages(folder));
  const test = find(PART_NAMES.test) ?? (train !== undefined ? empty : undefined);
  const others: Folder[] = [];
  for (const place of folders) {
    if (place.path === train?.path || place.path === test?.path) continue;
    const folder = await openFolder(place);
    if (await mayBeImages(folder)) others.push(folder);
  }
  return { train, test, others };
}

/** Returns whether a folder has images, or folders with images. */
async function mayBeImages(folder: Folder): Promise<boolean> {
  if (hasImages(folder)) return true;
  for (const inner of foldersIn(folder)) if (hasImages(await openFolder(inner))) return true;
  return false;
}

/** The folders of one class; several if their names differ only in Unicode normalization. */
export interface ClassFolder {
  name: string;
  folders: Entry[];
}

export interface ClassFolders {
  classes: ClassFolder[];
  /** Links that lead nowhere. */
  broken: Entry[];
  notes: string[];
}

/** Returns the folders of classes. Training runs, and folders of nothing but runs, are no classes. */
export async function classFoldersOf(folder: Folder): Promise<ClassFolders> {
  const notes: string[] = [];
  const byName = new Map<string, Entry[]>();
  for (const entry of foldersIn(folder)) {
    if (await holdsRuns(entry)) {
      notes.push(`${entry.path} is not used: it is a training run, or has only training runs.`);
      continue;
    }
    const name = entry.name.normalize();
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  const classes = Array.from(byName, ([name, folders]) => ({ name, folders }));
  return {
    classes: classes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    // A link with the name of a file stood for a file.
    broken: folder.entries.filter(({ name, kind }) => kind === 'broken link' && !/\.\w+$/.test(name)),
    notes,
  };
}

async function holdsRuns(place: Place, levels = MAX_LEVELS): Promise<boolean> {
  const folder = await openFolder(place);
  if (hasImages(folder)) return false;
  if (isRun(folder)) return true;
  const folders = foldersIn(folder);
  if (folders.length === 0 || levels === 0) return false;
  for (const inner of folders) if (!(await holdsRuns(inner, levels - 1))) return false;
  return true;
}

/** Returns whether a folder holds a training run or a comparison. */
function isRun(folder: Folder): boolean {
  return (
    !hasImages(folder) && folder.entries.some(({ name }) => RUN_ENTRIES.includes(name) || RUN_LOCK.test(name))
  );
}
