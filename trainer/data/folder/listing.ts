/**
 * Which images a folder holds, by class:
 *
 *     folder/train/<class>/*.jpg|jpeg|png|webp     and   folder/test/<class>/...  (or val/), where there is one
 *     folder/<class>/*.jpg|jpeg|png|webp           without a part for tests
 */
import { type Dirent, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { FileError } from '@bd-edge/sdk/internal';

export interface ImageFile {
  path: string;
  /** Index of its class. */
  label: number;
}

export interface FolderListing {
  /** Names of the classes' folders, in alphabetical order. */
  classes: string[];
  train: ImageFile[];
  /** Undefined where the folder has no part for tests. */
  test?: ImageFile[];
  ignored: Ignored;
}

/** What is in the folders of classes and no image: how many files of each ending, and folders. */
export type Ignored = Readonly<Record<string, number>>;

export class InvalidImageFolderError extends FileError {
  override readonly name = 'InvalidImageFolderError';
}

const ENDINGS = ['.jpg', '.jpeg', '.png', '.webp'];
const MAX_CLASSES = 65_536;
/** What macOS puts beside the files of an archive. */
const MACOS_REMAINS = '__MACOSX';

/**
 * Of a class, where the folder has no part for tests: with fewer, a class may have none among the images held out, which
 * are every fifth, or with an uneven rest every sixth.
 */
export const LEAST_IMAGES = 6;

/**
 * The same folder always gives the same order, whatever order the file system has. Hidden folders are no classes.
 *
 * @throws InvalidImageFolderError where there are not at least two classes, where one has no images or too few to hold
 *   some out, where `test/` has other classes or no images, or where a link cannot be followed
 */
export async function listImageFolder(folder: string): Promise<FolderListing> {
  const hasParts = existsSync(join(folder, 'train'));
  const trainFolder = hasParts ? join(folder, 'train') : folder;
  const testFolder = hasParts
    ? ['test', 'val'].map((name) => join(folder, name)).find((path) => existsSync(path))
    : undefined;
  const classes = await classFolders(trainFolder);
  if (classes.length < 2 || classes.length > MAX_CLASSES) {
    const has = classes.length === 1 ? `one class, ${classes[0]}` : `${classes.length} folders of classes`;
    throw new InvalidImageFolderError(
      `${trainFolder} has ${has}; put the images of each class into a folder of its own there, for at least two classes and at most ${MAX_CLASSES}.`,
    );
  }
  const { images: train, ignored } = await imagesOf(trainFolder, classes);
  checkCounts(trainFolder, classes, train, ignored, testFolder === undefined);
  if (testFolder === undefined) return { classes, train, ignored };
  const strangers = (await classFolders(testFolder)).filter((name) => !classes.includes(name));
  if (strangers.length > 0) {
    throw new InvalidImageFolderError(
      `${testFolder} has classes that ${trainFolder} has not: ${strangers.join(', ')}; use the same names in both.`,
    );
  }
  const { images: test, ignored: besides } = await imagesOf(testFolder, classes);
  if (test.length === 0) {
    throw new InvalidImageFolderError(
      `${testFolder} has no images (${ENDINGS.join(', ')}); put some of each class there, or delete the folder, so that a fifth of the others is held out.`,
    );
  }
  for (const [what, count] of Object.entries(besides)) ignored[what] = (ignored[what] ?? 0) + count;
  return { classes, train, test, ignored };
}

/** `.heic (3), folders (1)`; empty where nothing was. */
export function describeIgnored(ignored: Ignored): string {
  return Object.entries(ignored)
    .map(([what, count]) => `${what} (${count})`)
    .join(', ');
}

/** @throws InvalidImageFolderError naming the classes that have no images, or too few */
function checkCounts(
  folder: string,
  classes: string[],
  files: ImageFile[],
  ignored: Ignored,
  isHeldOut: boolean,
): void {
  const counts = classes.map(() => 0);
  for (const { label } of files) counts[label]++;
  const empty = classes.filter((_, i) => counts[i] === 0).map((name) => join(folder, name));
  if (empty.length > 0) {
    const others = describeIgnored(ignored);
    throw new InvalidImageFolderError(
      `No images (${ENDINGS.join(', ')}) are in ${empty.join(', ')}${others && `, besides them in all classes ${others}`}; put some there, or delete what is no class.`,
    );
  }
  const few = classes.flatMap((name, i) => (counts[i] < LEAST_IMAGES ? `${name} (${counts[i]})` : []));
  if (isHeldOut && few.length > 0) {
    throw new InvalidImageFolderError(
      `${folder} has too few images of ${few.join(', ')} to hold some of each class out for the test; add some, ${LEAST_IMAGES} is the least, or divide them into train/ and test/.`,
    );
  }
}

async function classFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = sortedNames(entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()));
  const folders = await Promise.all(names.map((name) => isFolder(join(folder, name))));
  return names.filter((name, i) => folders[i] && name !== MACOS_REMAINS);
}

/** Of a folder, or of what a link leads to. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new InvalidImageFolderError(`${path} is a link that cannot be followed; mend or delete it.`, {
      cause,
    });
  }
}

async function imagesOf(
  folder: string,
  classes: string[],
): Promise<{ images: ImageFile[]; ignored: Record<string, number> }> {
  const images: ImageFile[] = [];
  const ignored: Record<string, number> = {};
  for (const [label, name] of classes.entries()) {
    const entries = await readdir(join(folder, name), { withFileTypes: true }).catch((error) => {
      if (error.code === 'ENOENT') return []; // a class without test images
      throw error;
    });
    const folders = new Set(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
    for (const file of sortedNames(entries)) {
      const ending = extname(file).toLowerCase();
      const what = folders.has(file) ? 'folders' : ending || 'without an ending';
      if (ENDINGS.includes(what)) images.push({ path: join(folder, name, file), label });
      else ignored[what] = (ignored[what] ?? 0) + 1;
    }
  }
  return { images, ignored };
}

/** By code unit, which is the same in every locale; without hidden files. */
function sortedNames(entries: Dirent[]): string[] {
  const names = entries.map((entry) => entry.name).filter((name) => !name.startsWith('.'));
  return names.sort((a, b) => (a < b ? -1 : 1));
}
