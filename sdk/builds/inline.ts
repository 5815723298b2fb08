/**
 * `bd-edge/inline`: all of `bd-edge`, with the engine's builds inside, for where a program must be one file.
 *
 * @module
 */
import { builds } from './builds.js';
import { mvp, simd, simdThreads } from './inline.generated.js';

const decode = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

builds.mvp = () => decode(mvp);
builds.simd = () => decode(simd);
builds['simd-threads'] = () => decode(simdThreads);

export * from '../index.js';
