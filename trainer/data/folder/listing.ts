/**
 * Which images a folder holds, by class:
 *
 *     folder/train/<class>/*.jpg|jpeg|png|webp     and   folder/test/<class>/...  (or val/), where there is one
 *     folder/<class>/*.jpg|jpeg|png|webp           without a part for tests
 */
import { type Dirent, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { FileError } from '../../../sdk/errors.js';

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
}

export class InvalidImageFolderError extends FileError {
  override readonly name = 'InvalidImageFolderError';
}

const ENDINGS = ['.jpg', '.jpeg', '.png', '.webp'];
const MAX_CLASSES = 65_536;

/**
 * The same folder always gives the same order, whatever order the file system has.
 *
 * @throws InvalidImageFolderError where there are not at least two classes with images, where `test/` has others or no
 *   images, or where a link cannot be followed
 */
export async function listImageFolder(folder: string): Promise<FolderListing> {
  const hasParts = existsSync(join(folder, 'train'));
  const trainFolder = hasParts ? join(folder, 'train') : folder;
  const testFolder = ['test', 'val'].map((name) => join(folder, name)).find((path) => existsSync(path));
  const classes = await classFolders(trainFolder);
  const train = await imagesOf(trainFolder, classes);
  if (classes.length < 2 || classes.length > MAX_CLASSES || train.length === 0) {
    throw new InvalidImageFolderError(
      `${trainFolder} has ${classes.length} folders of classes and ${train.length} images (${ENDINGS.join(', ')}); put each class's images into a folder of its own.`,
    );
  }
  if (!hasParts || !testFolder) return { classes, train };
  const strangers = (await classFolders(testFolder)).filter((name) => !classes.includes(name));
  if (strangers.length > 0) {
    throw new InvalidImageFolderError(
      `${testFolder} has classes that ${trainFolder} has not: ${strangers.join(', ')}; use the same names in both.`,
    );
  }
  const test = await imagesOf(testFolder, classes);
  if (test.length === 0) {
    throw new InvalidImageFolderError(
      `${testFolder} has no images (${ENDINGS.join(', ')}); put some of each class there, or delete the folder, so that a fifth of the others is held out.`,
    );
  }
  return { classes, train, test };
}

async function classFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = sortedNames(entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()));
  const folders = await Promise.all(names.map((name) => isFolder(join(folder, name))));
  return names.filter((_, i) => folders[i]);
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

async function imagesOf(folder: string, classes: string[]): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  for (const [label, name] of classes.entries()) {
    const entries = await readdir(join(folder, name), { withFileTypes: true }).catch((error) => {
      if (error.code === 'ENOENT') return []; // a class without test images
      throw error;
    });
    const images = entries.filter((entry) => ENDINGS.includes(extname(entry.name).toLowerCase()));
    for (const image of sortedNames(images)) files.push({ path: join(folder, name, image), label });
  }
  return files;
}

/** By code unit, which is the same in every locale; without hidden files. */
function sortedNames(entries: Dirent[]): string[] {
  const names = entries.map((entry) => entry.name).filter((name) => !name.startsWith('.'));
  return names.sort((a, b) => (a < b ? -1 : 1));
}
