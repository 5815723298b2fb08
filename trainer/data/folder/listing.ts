/**
 * The images of a folder by class, with or without a part for tests:
 *
 *     folder/train/<class>/*.jpg|jpeg|png|webp     and   folder/test/<class>/...  (or val/)
 *     folder/<class>/*.jpg|jpeg|png|webp
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
  /** The names of the classes' folders in alphabetical order. */
  classNames: string[];
  train: ImageFile[];
  /** Undefined if the folder has no part for tests. */
  test?: ImageFile[];
  ignored: Ignored;
}

/** Counts of other files in the folders of classes, by file extension, and of folders. */
export type Ignored = Readonly<Record<string, number>>;

/** Makes the error for a folder that is not valid. */
export function invalidImageFolder(path: string, message: string, cause?: unknown): FileError {
  return new FileError('invalid-image-folder', message, { path, cause });
}

const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'];
const MAX_CLASSES = 65_536;
/** The folder that macOS adds to archives. */
const MACOS_FOLDER = '__MACOSX';

/**
 * The minimum number of images of a class if the folder has no part for tests. Every fifth image is held out, or every
 * sixth with rounding, so that a smaller class might have no test image.
 */
export const MIN_IMAGES = 6;

/**
 * Lists the images of a folder. The order does not depend on the file system. Hidden folders are not classes.
 *
 * @throws {FileError} `invalid-image-folder` if there are fewer than two classes; if a class has no images, or too few to
 *   hold some out; if `test/` has other classes or no images; or if a link cannot be followed
 */
export async function listImageFolder(folder: string): Promise<FolderListing> {
  const hasParts = existsSync(join(folder, 'train'));
  const trainFolder = hasParts ? join(folder, 'train') : folder;
  const testFolder = hasParts
    ? ['test', 'val'].map((name) => join(folder, name)).find((path) => existsSync(path))
    : undefined;
  const classNames = await classFolders(trainFolder);
  if (classNames.length < 2 || classNames.length > MAX_CLASSES) {
    const has = classNames.length === 1 ? `one folder, ${classNames[0]}` : `${classNames.length} folders`;
    throw invalidImageFolder(
      trainFolder,
      `${trainFolder} has ${has}; expected one folder of images for each of 2 to ${MAX_CLASSES} classes.`,
    );
  }
  const { images: train, ignored } = await imagesOf(trainFolder, classNames);
  checkCounts(trainFolder, classNames, train, ignored, testFolder === undefined);
  if (testFolder === undefined) return { classNames, train, ignored };
  const unknown = (await classFolders(testFolder)).filter((name) => !classNames.includes(name));
  if (unknown.length > 0) {
    throw invalidImageFolder(
      testFolder,
      `${testFolder} has classes that ${trainFolder} does not have: ${unknown.join(', ')}; use the same names in both.`,
    );
  }
  const { images: test, ignored: ignoredTest } = await imagesOf(testFolder, classNames);
  if (test.length === 0) {
    throw invalidImageFolder(
      testFolder,
      `${testFolder} has no images (${EXTENSIONS.join(', ')}); add images of each class, or delete the folder to hold out a fifth of the other images.`,
    );
  }
  for (const [what, count] of Object.entries(ignoredTest)) ignored[what] = (ignored[what] ?? 0) + count;
  return { classNames, train, test, ignored };
}

/** Formats ignored files, such as `.heic (3), folders (1)`; empty if there are none. */
export function describeIgnored(ignored: Ignored): string {
  return Object.entries(ignored)
    .map(([what, count]) => `${what} (${count})`)
    .join(', ');
}

/** @throws {FileError} `invalid-image-folder`, naming the classes that have no images or too few */
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
    throw invalidImageFolder(
      folder,
      `No images (${EXTENSIONS.join(', ')}) in ${empty.join(', ')}${others && `; other files in all classes: ${others}`}. Add images, or delete folders that are not classes.`,
    );
  }
  const few = classes.flatMap((name, i) => (counts[i] < MIN_IMAGES ? `${name} (${counts[i]})` : []));
  if (isHeldOut && few.length > 0) {
    throw invalidImageFolder(
      folder,
      `${folder} has too few images of ${few.join(', ')} to hold out test images; expected ${MIN_IMAGES} or more of each class. Add images, or split them into train/ and test/.`,
    );
  }
}

async function classFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = sortedNames(entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()));
  const folders = await Promise.all(names.map((name) => isFolder(join(folder, name))));
  return names.filter((name, i) => folders[i] && name !== MACOS_FOLDER);
}

/** Returns whether a path is a folder or a link to one. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw invalidImageFolder(path, `${path} is a link that cannot be followed; repair or delete it.`, cause);
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
      const extension = extname(file).toLowerCase();
      const what = folders.has(file) ? 'folders' : extension || 'without an extension';
      if (EXTENSIONS.includes(what)) images.push({ path: join(folder, name, file), label });
      else ignored[what] = (ignored[what] ?? 0) + 1;
    }
  }
  return { images, ignored };
}

/** Returns names sorted by code unit, independent of the locale, without hidden files. */
function sortedNames(entries: Dirent[]): string[] {
  const names = entries.map((entry) => entry.name).filter((name) => !name.startsWith('.'));
  return names.sort((a, b) => (a < b ? -1 : 1));
}
