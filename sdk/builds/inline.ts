/**
 * `@bd-edge/sdk/inline`: the SDK with the engine's builds inside, for programs that must be one file.
 * Only the build with threads stays a file.
 *
 * @module
 */
import { builds } from './builds.js';
import { mvp, simd } from './inline.generated.js';

const decode = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

builds.mvp = () => decode(mvp);
builds.simd = () => decode(simd);

export * from '../index.js';
