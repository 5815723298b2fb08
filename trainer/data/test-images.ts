/** The images on which a trained network is tested: those of a dataset for tests, or a whole folder. */
import { IncompatibleDataError } from '../errors.js';
import { type Dataset, type ImageSet, subset } from './dataset.js';
import { classNamesOf, loadDataset, locate, namedLoader, nameOf, unknownDataset } from './datasets.js';
import { FILES_AT_ONCE } from './folder/cache.js';
import { type ImageFolderOptions, loadFiles, loadImageFolder } from './folder/image-folder.js';
import {
  fingerprintOf,
  invalidImageFolder,
  listTestFolder,
  shortList,
  statusesOf,
  type TestListing,
} from './folder/listing.js';
import { loadIdxTest } from './idx-folder.js';

/** The part of a dataset that is used: its test part, the images held out of the training ones, or all images. */
export type TestPart = 'test' | 'held-out' | 'all';

export interface TestImages {
  name: string;
  /** The names of the labels. */
  classNames: readonly string[];
  test: ImageSet;
  part: TestPart;
  skipped?: readonly string[];
  ignored?: Readonly<Record<string, number>>;
  notes?: readonly string[];
}

/** What a model knows about the data that it was trained on. */
export interface TrainingData {
  name?: string;
  /** `Dataset.fingerprint`. */
  fingerprint?: string;
  /** Whether the test images were held out of these files. Default: true. */
  heldOut?: boolean;
}

export interface TestImagesOptions extends ImageFolderOptions {
  /** The classes of the network. Labels become their indices, by name. Default: the classes of the dataset. */
  classNames?: readonly string[];
  trainedOn?: TrainingData;
}

/**
 * Loads test images. A folder of images by class without a part for tests is used whole, unless the network was trained on
 * it: then the fifth is used that training held out.
 *
 * @throws {UsageError} `unknown-dataset`, or `other-classes` if a class is not one of the network's
 * @throws {FileError} if files are not valid
 */
export async function loadTestImages(name: string, options: TestImagesOptions = {}): Promise<TestImages> {
  const { classNames } = options;
  const load = namedLoader(name);
  if (load) return relabeled({ ...(await load()), part: 'test' }, classNames);
  const { kind, folder } = locate(name) ?? {};
  if (kind === undefined || folder === undefined) throw unknownDataset(name);
  if (kind === 'idx') {
    const images = await loadIdxTest(folder, classNamesOf(name, folder));
    return relabeled({ name: nameOf(name), ...images, part: 'test' }, classNames);
  }
  if (kind === 'cifar10') return relabeled({ ...(await loadDataset(folder)), part: 'test' }, classNames);
  return loadFolder(name, options);
}

async function loadFolder(folder: string, options: TestImagesOptions): Promise<TestImages> {
  const { trainedOn, ...loading } = options;
  const listing = await listTestFolder(folder, options);
  const statuses = await statusesOf(listing.files, FILES_AT_ONCE);
  const notes = [...listing.notes];
  if (listing.part === undefined && trainedOn !== undefined) {
    const { fingerprint, name, heldOut = true } = trainedOn;
    const sorted = byClass(listing);
    const same =
      fingerprint ===
      fingerprintOf(
        sorted.files,
        sorted.order.map((i) => statuses[i]),
        sorted.names,
      );
    if (same && !heldOut) notes.push(`The network was trained on the images of ${folder}.`);
    else if (same || (fingerprint === undefined && name === nameOf(folder))) {
      const dataset = await loadImageFolder(folder, loading);
      return relabeled({ ...dataset, part: 'held-out' }, options.classNames);
    } else if (name === nameOf(folder)) {
      const problem = 'has the name of the training data, and other files';
      notes.push(`${folder} ${problem}: some of them may have trained the network.`);
    }
  }
  const { set, corrupt } = await loadFiles(folder, listing.files, statuses, loading);
  const readable = Array.from({ length: set.count }, (_, i) => i).filter((i) => !corrupt.has(i));
  if (readable.length === 0) throw invalidImageFolder(folder, `no readable images in ${folder}.`);
  return {
    name: nameOf(folder),
    classNames: listing.classNames,
    test: corrupt.size === 0 ? set : subset(set, readable),
    part: listing.part === undefined ? 'all' : 'test',
    skipped: [...listing.broken, ...Array.from(corrupt, (i) => listing.files[i].path)],
    ignored: listing.ignored,
    notes,
  };
}

/** Sorts the files as for training: by the names of their classes, and not by the network's order of classes. */
function byClass({ files, classNames }: TestListing) {
  const names = classNames.map((name) => name.normalize());
  const order = Array.from(files.keys()).sort((a, b) => {
    const [x, y] = [names[files[a].label], names[files[b].label]];
    return x < y ? -1 : x > y ? 1 : a - b;
  });
  return { names, order, files: order.map((i) => files[i]) };
}

/**
 * Gives the images the labels of a network's classes of the same names.
 *
 * @throws {IncompatibleDataError} `other-classes`
 */
function relabeled(
  { name, classNames: own, test, part, ...rest }: TestImages & Partial<Pick<Dataset, 'train'>>,
  classNames: readonly string[] | undefined,
): TestImages {
  const { skipped, ignored, notes } = rest;
  const images = { name, test, part, skipped, ignored, notes };
  if (classNames === undefined) return { ...images, classNames: own };
  const known = classNames.map((name) => name.normalize());
  const labels = own.map((name) => known.indexOf(name.normalize()));
  const present = [...new Set(test.labels)];
  const unknown = present.filter((label) => labels[label] === -1).map((label) => own[label]);
  if (unknown.length > 0) {
    throw new IncompatibleDataError(
      'other-classes',
      `${name} has the classes ${shortList(own)}; expected classes of the model, ${shortList(classNames)}: choose other images with --data.`,
      { received: own, expected: classNames },
    );
  }
  const mapped = new (classNames.length > 256 ? Uint16Array : Uint8Array)(test.count);
  for (let i = 0; i < test.count; i++) mapped[i] = labels[test.labels[i]];
  return { ...images, classNames, test: { ...test, labels: mapped } };
}
