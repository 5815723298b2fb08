/** Pictures without classes: those that a user names, one by one or by folder. */
import { stat } from 'node:fs/promises';
import type { Preparation } from '@bd-edge/sdk/internal';
import { decodeImage, type ImageShape, loadSharp } from './folder/decode.js';
import { entriesOf, locationOf, type Place, placeOf } from './folder/entries.js';
import { shapeOf } from './folder/image-folder.js';
import { countIgnored, hasImageName } from './folder/structure.js';

/**
 * Lists pictures. A folder stands for all pictures in it and in its folders.
 *
 * @param paths files and folders, in the order of the result; bytes are a path that may not be UTF-8
 * @returns the pictures, and the number of other files in the folders by their ending
 * @throws the error of Node's `fs` for a path that does not exist
 */
export async function listPictures(paths: readonly (string | Buffer)[]): Promise<PictureList> {
  const found: PictureList = { pictures: [], ignored: {} };
  for (const path of paths) {
    const place = typeof path === 'string' ? { path } : placeOf(path);
    const status = await stat(locationOf(place)).catch((error) => {
      throw Object.assign(error, { path: place.path });
    });
    if (status.isDirectory()) await collect(place, found, new Set());
    else found.pictures.push(place);
  }
  return found;
}

export interface PictureList {
  pictures: Place[];
  ignored: Record<string, number>;
}

/** @param seen the files' identities of the folders above: a link may lead back */
async function collect(folder: Place, found: PictureList, seen: ReadonlySet<string>): Promise<void> {
  const { dev, ino } = await stat(locationOf(folder));
  const identity = `${dev} ${ino}`;
  if (seen.has(identity)) return;
  const inside = new Set(seen).add(identity);
  for (const { kind, name, path, rawPath } of await entriesOf(folder)) {
    if (kind === 'folder') await collect({ path, rawPath }, found, inside);
    else if (hasImageName(name)) found.pictures.push({ path, rawPath });
    else countIgnored(found.ignored, name);
  }
}

/** A function that turns a picture into a network's input. */
export type PictureReader = (picture: Place) => Promise<Uint8Array>;

/**
 * Returns a reader of pictures as training reads them.
 *
 * @throws {UsageError} `unsupported-channels` if the network has neither 1 nor 3 channels
 * @throws {MissingDependencyError} if `sharp` cannot be loaded; the reader throws {FileError} `corrupt-image`
 */
export async function pictureReader(
  shape: ImageShape,
  preparation: Preparation = {},
): Promise<PictureReader> {
  const size = shapeOf(shape);
  const sharp = await loadSharp();
  return (picture) => decodeImage(sharp, picture, size, { kind: 'prepared', preparation });
}
