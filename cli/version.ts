import { protocol } from '@bd-edge/host/internal';
import { ENGINE_ABI, FORMAT_VERSION } from '@bd-edge/sdk/internal';
import { version } from './package.json';

/** Returns the version of the command, and on a second line those by which files and boards fit together. */
export function versionText(): string {
  const format = `${FORMAT_VERSION & 0xffff}.${FORMAT_VERSION >>> 16}`;
  const link = `${protocol.PROTOCOL_MAJOR}.${protocol.PROTOCOL_MINOR}`;
  return `${version}\nengine ${ENGINE_ABI}, format ${format}, link ${link}`;
}
