/** Converts the options of `bd-edge compare` to a plan, networks and a description of the experiment. */
import { createHash } from 'node:crypto';
import { UsageError } from '@bd-edge/sdk/internal';
import type {
  Dataset,
  Experiment,
  Images,
  Method,
  MethodNetworks,
  PlanOptions,
  TrainingRecipe,
} from '@bd-edge/trainer';
import type { Trainer } from '../trainer.js';
import type { Settings } from './train-settings.js';
import { readSpec } from './training-data.js';

export interface CompareFlags extends Settings {
  baseline?: string;
  methods: Method[];
  /** The number of seeds; the first is `seed`. */
  seeds: number;
  learningRates?: number[];
  finetunedLearningRates?: number[];
  tuneEpochs?: number;
  tuneSeed?: number;
}

/** The default learning rates, as factors of the recipe's. */
const FACTORS = [0.5, 1, 2];

/** The default share of a final run's epochs for a tuning run. */
const TUNING_SHARE = 1 / 4;

/** Returns the networks of the methods, with the weights of the recipe. */
export async function methodNetworks(
  trainer: Trainer,
  { network, weights = 'binary', width, classCount, channelScales }: TrainingRecipe,
  baselineFile?: string,
): Promise<MethodNetworks> {
  const withKind = (spec: MethodNetworks['coupled']) =>
    trainer.withWeights(channelScales ? trainer.withChannelScales(spec) : spec, weights);
  const isBuiltIn = typeof network === 'string';
  const coupled = isBuiltIn ? trainer.networkSpec(network, { width, classCount }) : network;
  const baseline =
    baselineFile !== undefined
      ? await readSpec(baselineFile)
      : isBuiltIn
        ? trainer.networkSpec(network, { width, classCount, variant: 'baseline' })
        : trainer.baselineOf(network);
  return {
    float: trainer.fullPrecision(baseline),
    baseline: withKind(baseline),
    coupled: withKind(coupled),
  };
}

/**
 * Plans the runs.
 *
 * @param recipe with the settings of the flags applied, except for epochs
 * @throws {UsageError} code `too-few-epochs` if BinaryDuo would have no epoch for one of its two trainings
 */
export function planOf(
  { finetunedEpochsOf }: Pick<Trainer, 'finetunedEpochsOf'>,
  flags: CompareFlags,
  recipe: TrainingRecipe,
): PlanOptions {
  const { coupled, finetuned } = recipe;
  const stages = { coupled: coupled.epochs, finetuned: finetuned.epochs };
  const epochs = flags.epochs ?? stages.coupled + stages.finetuned;
  const tuneEpochs = flags.tuneEpochs ?? Math.max(2, Math.round(TUNING_SHARE * epochs));
  const finetunedEpochs = flags.finetunedEpochs ?? (epochs < 2 ? 1 : finetunedEpochsOf(epochs, stages));
  for (const [name, total] of Object.entries({ epochs, 'tune-epochs': tuneEpochs })) {
    if (total >= 2 && (name !== 'epochs' || finetunedEpochs < epochs)) continue;
    throw new UsageError(
      'too-few-epochs',
      `--${name} ${total} is too low for the two trainings of BinaryDuo; expected at least 2, and more than --finetuned-epochs.`,
      { received: total, expected: 'at least 2, and more than --finetuned-epochs' },
    );
  }
  const around = (rate: number) => FACTORS.map((factor) => factor * rate);
  return {
    methods: flags.methods,
    seeds: Array.from({ length: flags.seeds }, (_, i) => flags.seed + i),
    epochs,
    finetunedEpochs,
    tuning: {
      learningRates: flags.learningRates ?? around(coupled.schedule.learningRate),
      finetunedLearningRates: flags.finetunedLearningRates ?? around(finetuned.schedule.learningRate),
      epochs: tuneEpochs,
      finetunedEpochs: finetunedEpochsOf(tuneEpochs, {
        coupled: epochs - finetunedEpochs,
        finetuned: finetunedEpochs,
      }),
      seed: flags.tuneSeed ?? flags.seed,
    },
  };
}

/** Describes everything that determines the results, except for seeds, epochs and learning rates, which each run has. */
export function experimentOf(
  { data, limit, stream, corrupt }: CompareFlags,
  recipe: TrainingRecipe,
  networkName: string,
  networks: MethodNetworks,
  { train, test }: Dataset<Images>,
): Experiment {
  const { weights = 'binary', width, validationImages } = recipe;
  const training = Object.fromEntries(
    (['coupled', 'finetuned'] as const).map((stage) => {
      const { epochs, schedule, ...rest } = recipe[stage];
      const { learningRate: _, ...shape } = schedule;
      // The drops of a step schedule are relative to the recipe's epochs.
      return [stage, { ...rest, schedule: schedule.kind === 'step' ? { ...shape, of: epochs } : shape }];
    }),
  );
  const digest = createHash('sha256').update(JSON.stringify(networks)).digest('hex');
  return {
    data,
    ...(limit !== undefined && { limit }),
    // A stream crops the middle 7/8 of each picture; in memory, pictures are whole.
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
