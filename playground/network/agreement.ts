import { Engine, encodeModel, type Model, parseModel } from '@bd-edge/sdk/internal';
import { bitsOf } from './bits.js';
import { decoupleGraph } from './decouple-graph.js';

/** The results of two networks for one image, op by op. */
export interface Agreement {
  layers: { op: number; bits: number; differing: number }[];
  /** The coupled and the decoupled network. */
  logits: [Int32Array, Int32Array];
  /** Pictures of the first layer: both planes of the coupled network, and the channels of the decoupled one. */
  first: { width: number; height: number; coupled: Uint8Array[]; decoupled: Uint8Array[] };
}

/** A coupled network and its decoupled network. */
export class Coupling {
  private constructor(
    readonly coupled: Model,
    readonly decoupled: Model,
    private readonly engines: [Engine, Engine],
  ) {}

  static async of(coupled: Model): Promise<Coupling> {
    const bytes = [coupled, decoupleGraph(coupled)].map(encodeModel);
    const engines = await Promise.all(
      bytes.map(async (model) => {
        const engine = await Engine.instantiate();
        engine.load(model);
        return engine;
      }),
    );
    return new Coupling(coupled, parseModel(bytes[1]), engines as [Engine, Engine]);
  }

  run(image: Uint8Array): Agreement {
    const [a, b] = this.engines.map((engine) => engine.layers(image));
    const layers: Agreement['layers'] = [];
    let first: Agreement['first'] | undefined;
    this.coupled.ops.forEach((_, op) => {
      const [one, other] = [this.coupled.tensors[op + 1], this.decoupled.tensors[op + 1]];
      if (one.type !== 'bits') return;
      const [coupled, decoupled] = [bitsOf(one, a[op]), bitsOf(other, b[op])];
      const { width, height } = one;
      if (one.planes === 2) first ??= { width, height, coupled, decoupled };
      const differing = coupled.reduce((sum, picture, k) => sum + countDiffering(picture, decoupled[k]), 0);
      layers.push({ op, bits: coupled.length * width * height, differing });
    });
    const logits = [a, b].map((all) => new Int32Array(all[all.length - 1].slice().buffer));
    return {
      layers,
      logits: logits as [Int32Array, Int32Array],
      first: first ?? { width: 0, height: 0, coupled: [], decoupled: [] },
    };
  }
}

function countDiffering(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, bit, i) => sum + Number(bit !== b[i]), 0);
}
