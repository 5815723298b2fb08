/** From the flags of `bd-edge compare` to what is compared. */
import { createHash } from 'node:crypto';
import { UsageError } from '@bd-edge/sdk/internal';
import type {
  BinaryDuoRecipe,
  Dataset,
  Experiment,
  Images,
  Lane,
  LaneRecipes,
  PlanOptions,
} from '@bd-edge/trainer';
import { loadTrainer } from '../trainer.js';
import type { Settings } from './train-settings.js';
import { readRecipe } from './training-data.js';

export interface CompareFlags extends Settings {
  baseline?: string;
  lanes: Lane[];
  /** How many, from `seed` on. */
  seeds: number;
  rates?: number[];
  finetuneRates?: number[];
  tuneEpochs?: number;
  tuneSeed?: number;
}

class UnfitCompareFlagsError extends UsageError {}

/** A grid around a recipe's rate, for whoever names none. */
const FACTORS = [0.5, 1, 2];

/** Of the epochs of a final run, for a run that chooses rates. */
const TUNING_SHARE = 1 / 4;

/** The networks of the lanes, with the flags' weights. */
export async function laneRecipes(
  { network, weights = 'binary', width, classes, channelScales }: BinaryDuoRecipe,
  baselineFile?: string,
): Promise<LaneRecipes> {
  const trainer = await loadTrainer();
  const kind = (recipe: LaneRecipes['coupled']) =>
    trainer.withWeights(channelScales ? trainer.withChannelScales(recipe) : recipe, weights);
  const named = typeof network === 'string';
  const coupled = named ? trainer.networkRecipe(network, { width, classes }) : network;
  const baseline =
    baselineFile !== undefined
      ? await readRecipe(baselineFile)
      : named
        ? trainer.networkRecipe(network, { width, classes, variant: 'baseline' })
        : trainer.baselineOf(network);
  return { float: trainer.fullPrecision(baseline), baseline: kind(baseline), coupled: kind(coupled) };
}

/** @param recipe with the flags' network, batch and optimizer in it */
export async function planOf(flags: CompareFlags, recipe: BinaryDuoRecipe): Promise<PlanOptions> {
  const { finetuneShare } = await loadTrainer();
  const { coupled, finetune } = recipe;
  const stages = { coupled: coupled.epochs, finetune: finetune.epochs };
  const epochs = flags.epochs ?? stages.coupled + stages.finetune;
  const tuneEpochs = flags.tuneEpochs ?? Math.max(2, Math.round(TUNING_SHARE * epochs));
  const finetuneEpochs = flags.finetuneEpochs ?? (epochs < 2 ? 1 : finetuneShare(epochs, stages));
  for (const [name, total] of Object.entries({ epochs, 'tune-epochs': tuneEpochs })) {
    if (total >= 2 && (name !== 'epochs' || finetuneEpochs < epochs)) continue;
    throw new UnfitCompareFlagsError(
      `--${name} ${total} leaves BinaryDuo no epoch for one of its two trainings; it takes at least 2, and more than --finetune-epochs.`,
    );
  }
  const around = (rate: number) => FACTORS.map((factor) => factor * rate);
  return {
    lanes: flags.lanes,
    seeds: Array.from({ length: flags.seeds }, (_, i) => flags.seed + i),
    epochs,
    finetuneEpochs,
    tuning: {
      rates: flags.rates ?? around(coupled.schedule.rate),
      finetuneRates: flags.finetuneRates ?? around(finetune.schedule.rate),
      epochs: tuneEpochs,
      finetuneEpochs: finetuneShare(tuneEpochs, {
        coupled: epochs - finetuneEpochs,
        finetune: finetuneEpochs,
      }),
      seed: flags.tuneSeed ?? flags.seed,
    },
  };
}

/** All that decides what comes out, beside seeds, epochs and rates, which are each run's own. */
export function experimentOf(
  { data, limit, stream, corrupt }: CompareFlags,
  recipe: BinaryDuoRecipe,
  networkName: string,
  networks: LaneRecipes,
  { train, test }: Dataset<Images>,
): Experiment {
  const { weights = 'binary', width, validationImages } = recipe;
  const training = Object.fromEntries(
    (['coupled', 'finetune'] as const).map((stage) => {
      const { epochs, schedule, ...rest } = recipe[stage];
      const { rate: _, ...shape } = schedule;
      // Drops have a place in the recipe's epochs.
      return [stage, { ...rest, schedule: schedule.kind === 'step' ? { ...shape, of: epochs } : shape }];
    }),
  );
  const digest = createHash('sha256').update(JSON.stringify(networks)).digest('hex');
  return {
    data,
    ...(limit !== undefined && { limit }),
    // A stream shows the middle 7/8 of each picture, where memory has the whole.
    ...(stream && { stream }),
    ...(corrupt === 'skip' && { corrupt }),
    images: { train: train.count, test: test.count },
    network: networkName,
    weights,
    ...(width !== undefined && { width }),
    ...(recipe.channelScales && { channelScales: true }),
    networks: digest.slice(0, 16),
    validationImages,
    training,
  };
}
