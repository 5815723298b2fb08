/**
 * `@bd-edge/sdk/inline`: all of `bd-edge`, with the engine's builds inside, for where a program must be one file. But for
 * the build with threads, which few need: it stays a file.
 *
 * @module
 */
import { builds } from './builds.js';
import { mvp, simd } from './inline.generated.js';

const decode = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

builds.mvp = () => decode(mvp);
builds.simd = () => decode(simd);

export * from '../index.js';
