/**
 * Names that help texts need while the trainer is not loaded. The compiler checks that the lists are complete.
 */
import type { Method, StageName } from '@bd-edge/trainer/internal';

export const STAGES = keys({
  coupled: true,
  decoupled: true,
  finetuned: true,
} satisfies Record<StageName, true>);

export const METHODS = keys({
  float: true,
  direct: true,
  coupled: true,
  binaryduo: true,
  decoupled: true,
} satisfies Record<Method, true>);

/** The datasets that have a name. */
export const DATASETS = ['mnist', 'fashion-mnist', 'cifar10'];

/** The activations of the toy experiment. */
export const TOY_ACTIVATIONS = ['full', 'binary', 'ternary', '2-bit', '3-bit', '4-bit'];

/** The surrogate gradients. */
export const SURROGATES = ['relu1', 'steep', 'swish-sign', 'polynomial', 'approx-sign'];

function keys<Name extends string>(names: Record<Name, true>): Name[] {
  return Object.keys(names) as Name[];
}
