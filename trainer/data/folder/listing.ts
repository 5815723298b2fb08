/**
 * The images of a folder by class, with or without a part for tests:
 *
 *     folder/train/<class>/*.jpg|jpeg|png|webp     and   folder/test/<class>/...  (or val/, valid/)
 *     folder/<class>/*.jpg|jpeg|png|webp
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { concurrently } from './concurrent.js';
import { entriesOf, locationOf, type Place } from './entries.js';
import {
  type ClassFolder,
  type ClassFolders,
  classFoldersOf,
  countIgnored,
  EXTENSIONS,
  type Folder,
  hasImageName,
  invalidImageFolder,
  structureOf,
} from './structure.js';

export { invalidImageFolder } from './structure.js';

export interface ImageFile extends Place {
  /** Index of its class. */
  label: number;
}

export interface FolderListing {
  /** The names of the classes' folders in alphabetical order, in Unicode normalization form C. */
  classNames: string[];
  train: ImageFile[];
  /** Undefined if the folder has no part for tests. */
  test?: ImageFile[];
  ignored: Ignored;
  /** Links to folders that lead nowhere and were skipped. */
  broken?: string[];
  /** Sentences for people: what was not obvious, and what is not used. */
  notes?: string[];
}

/** Counts of other files in the folders of classes, by file extension, and of folders. */
export type Ignored = Readonly<Record<string, number>>;

const MAX_CLASSES = 65_536;

/**
 * The minimum number of images of a class if the folder has no part for tests. Every fifth image is held out, or every
 * sixth with rounding, so that a smaller class might have no test image.
 */
export const MIN_IMAGES = 6;

export interface ListingOptions {
  /** Whether links to folders that lead nowhere are skipped or rejected. Default: 'reject'. */
  corrupt?: 'skip' | 'reject';
}

/**
 * Lists the images of a folder for training. The order does not depend on the file system. Hidden folders and training
 * runs are not classes.
 *
 * @throws {FileError} `invalid-image-folder` if there are fewer than two classes; if a class has no images, or too few to
 *   hold some out; if `test/` has other classes or no images; or if a link cannot be followed
 */
export async function listImageFolder(path: string, options: ListingOptions = {}): Promise<FolderListing> {
  const { root, train: trainFolder, test: testFolder, notes } = await structureOf(path);
  if (trainFolder === undefined)
    throw invalidImageFolder(
      path,
      `${root.path} has ${basename(testFolder?.path ?? 'test')}/ but no train/; add train/ with the same classes.`,
    );
  const found = await classesOf(trainFolder, options);
  const { classes } = found;
  const classNames = classes.map(({ name }) => name);
  if (classNames.length < 2 || classNames.length > MAX_CLASSES) {
    const has = classNames.length === 1 ? `one folder, ${classNames[0]}` : `${classNames.length} folders`;
    throw invalidImageFolder(
      trainFolder.path,
      `${trainFolder.path} has ${has}; expected one folder of images for each of 2 to ${MAX_CLASSES} classes.`,
    );
  }
  const ignored: Record<string, number> = {};
  const train = await imagesOf(classes, classNames, ignored);
  checkCounts(classes, train, ignored, trainFolder, testFolder === undefined);
  const listing = {
    classNames,
    train,
    ignored,
    broken: found.broken.map(({ path }) => path),
    notes: [...notes, ...found.notes],
  };
  if (testFolder === undefined) return listing;
  const tests = await classesOf(testFolder, options);
  const unknown = tests.classes.map(({ name }) => name).filter((name) => !classNames.includes(name));
  if (unknown.length > 0) {
    throw invalidImageFolder(
      testFolder.path,
      `${testFolder.path} has classes that ${trainFolder.path} does not have: ${unknown.join(', ')}; use the same names in both.`,
    );
  }
  const test = await imagesOf(tests.classes, classNames, ignored);
  if (test.length === 0) {
    throw invalidImageFolder(
      testFolder.path,
      `${testFolder.path} has no images (${EXTENSIONS.join(', ')}); add images of each class, or delete the folder to hold out a fifth of the other images.`,
    );
  }
  return {
    ...listing,
    test,
    broken: [...listing.broken, ...tests.broken.map(({ path }) => path)],
    notes: [...listing.notes, ...tests.notes],
  };
}

/** The images of a folder for a test. */
export interface TestListing {
  /** The names of the labels. */
  classNames: readonly string[];
  files: ImageFile[];
  /** The part of the folder; undefined if all of its images are listed. */
  part?: string;
  ignored: Ignored;
  broken: string[];
  notes: string[];
}

/**
 * Lists the images of a folder for a test of a trained network: the part for tests, or all images. One class is enough.
 *
 * @param classNames the classes of the network, which give the labels. Default: the folder's own, in alphabetical order
 * @throws {UsageError} `other-classes` if the folder has a class that the network does not have
 * @throws {FileError} `invalid-image-folder` if it has no images by class
 */
export async function listTestFolder(
  path: string,
  { classNames, ...options }: ListingOptions & { classNames?: readonly string[] } = {},
): Promise<TestListing> {
  const known = classNames?.map((name) => name.normalize());
  const { train, test, root, notes } = await structureOf(path, (name) => known?.includes(name) ?? false);
  const folder = test ?? train ?? root;
  const found = await classesOf(folder, options);
  const own = found.classes.map(({ name }) => name);
  const unknown = known === undefined ? [] : own.filter((name) => !known.includes(name));
  if (unknown.length > 0 && known !== undefined) {
    throw new UsageError(
      'other-classes',
      `${folder.path} has the ${unknown.length === 1 ? 'class' : 'classes'} ${shortList(unknown)}; expected classes of the model, ${shortList(known)}: rename or move these folders.`,
      { received: own, expected: classNames },
    );
  }
  const ignored: Record<string, number> = {};
  const files = await imagesOf(found.classes, known ?? own, ignored);
  if (files.length === 0) {
    const loose = folder.entries.some(({ name, kind }) => kind !== 'folder' && hasImageName(name));
    const fix = loose
      ? 'move its images to one folder for each class, or classify them with `bd-edge predict`'
      : 'expected one folder of images for each class';
    throw invalidImageFolder(
      folder.path,
      `${folder.path} has no images by class (${EXTENSIONS.join(', ')}); ${fix}.`,
    );
  }
  return {
    classNames: classNames ?? own,
    files,
    ...(test && { part: basename(test.path) }),
    ignored,
    broken: found.broken.map(({ path }) => path),
    notes: [...notes, ...found.notes],
  };
}

const MAX_NAMES = 10;

/** Formats names, at most the first ten. */
export function shortList(names: readonly string[]): string {
  const rest = names.length > MAX_NAMES ? `, ... (${names.length})` : '';
  return `${names.slice(0, MAX_NAMES).join(', ')}${rest}`;
}

/** Formats ignored files, such as `.heic (3), folders (1)`; empty if there are none. */
export function describeIgnored(ignored: Ignored): string {
  return Object.entries(ignored)
    .map(([what, count]) => `${what} (${count})`)
    .join(', ');
}

/** The size and the modification time of a file; -1 if it does not exist or its folder cannot be read. */
export interface FileStatus {
  size: number;
  mtimeMs: number;
}

export function statusesOf(files: readonly ImageFile[], atOnce: number): Promise<FileStatus[]> {
  return concurrently(files, atOnce, async (file) => {
    const { size, mtimeMs } = await stat(locationOf(file)).catch(() => ({ size: -1, mtimeMs: -1 }));
    return { size, mtimeMs };
  });
}

/**
 * Returns a digest by which a set of files is known again in another folder: of classes, names and sizes.
 *
 * @param sizes of the files, in their order
 */
export function fingerprintOf(
  files: readonly ImageFile[],
  sizes: readonly FileStatus[],
  classNames: readonly (string | undefined)[] = [],
): string {
  const hash = createHash('sha256');
  for (const [i, { path, label }] of files.entries())
    hash.update(JSON.stringify([classNames[label] ?? label, basename(path).normalize(), sizes[i].size]));
  return hash.digest('hex').slice(0, 32);
}

/** @throws {FileError} `invalid-image-folder`, naming the classes that have no images or too few */
function checkCounts(
  classes: ClassFolder[],
  files: ImageFile[],
  ignored: Ignored,
  { path: folder }: Folder,
  isHeldOut: boolean,
): void {
  const counts = classes.map(() => 0);
  for (const { label } of files) counts[label]++;
  const empty = classes.filter((_, i) => counts[i] === 0).map(({ folders }) => folders[0].path);
  if (empty.length > 0) {
    const others = describeIgnored(ignored);
    throw invalidImageFolder(
      folder,
      `No images (${EXTENSIONS.join(', ')}) in ${empty.join(', ')}${others && `; other files in all classes: ${others}`}. Add images, or delete folders that are not classes.`,
    );
  }
  const few = classes.flatMap(({ name }, i) => (counts[i] < MIN_IMAGES ? `${name} (${counts[i]})` : []));
  if (isHeldOut && few.length > 0) {
    throw invalidImageFolder(
      folder,
      `${folder} has too few images of ${few.join(', ')} to hold out test images; expected ${MIN_IMAGES} or more of each class. Add images, or split them into train/ and test/.`,
    );
  }
}

/** Returns the folders of classes. @throws {FileError} `invalid-image-folder` for a broken link, unless it is skipped */
async function classesOf(folder: Folder, { corrupt = 'reject' }: ListingOptions): Promise<ClassFolders> {
  const found = await classFoldersOf(folder);
  if (found.broken.length === 0 || corrupt === 'skip') return found;
  const [{ path }] = found.broken;
  throw invalidImageFolder(
    path,
    `${path} is a link that cannot be followed; repair or delete it, or skip it with --corrupt skip.`,
  );
}

async function imagesOf(
  classes: readonly ClassFolder[],
  classNames: readonly string[],
  ignored: Record<string, number>,
): Promise<ImageFile[]> {
  const images: ImageFile[] = [];
  for (const { name, folders } of classes) {
    const label = classNames.indexOf(name);
    for (const folder of folders) {
      for (const { name: file, kind, path, rawPath } of await entriesOf(folder)) {
        const isFolder = kind === 'folder';
        if (!isFolder && hasImageName(file)) {
          images.push({ path, label, ...(rawPath && { rawPath }) });
          continue;
        }
        countIgnored(ignored, file, isFolder);
      }
    }
  }
  return images.sort((a, b) => a.label - b.label);
}
