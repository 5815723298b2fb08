import { TABLE_AREA_BYTES } from '../../../sdk/engine/table-plan';
import { ENGINE_STATIC_BYTES } from '../../../sdk/format/layout';

/**
 * Where the table kernel has its tables: at a fixed address, which loads take as their immediate offset, and so need no
 * addition for each tap. 0: nowhere; or, with threads, in scratch memory, where each has tables of its own.
 */
export const TABLES: usize = ASC_FEATURE_SIMD && !ASC_FEATURE_THREADS ? ENGINE_STATIC_BYTES : 0;
/** Behind the engine's own data, and its tables. */
export const MODEL: usize = ENGINE_STATIC_BYTES + (TABLES ? <usize>TABLE_AREA_BYTES : 0);
