import type { StageName } from '@bd-edge/trainer';

/** The options of `bd-edge mismatch`, for the experiment of the paper and for trained networks. */
export interface MismatchOptions {
  eps?: number[];
  seed: number;
  plot?: string;
  activations: string[];
  samples: number;
  seeds: number;
  surrogate: string[];
  model?: string;
  stage?: StageName;
  data?: string;
  limit?: number;
  coordinates?: number;
  json?: boolean;
}
