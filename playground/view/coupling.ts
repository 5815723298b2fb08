import { parseModel } from '@bd-edge/sdk';
import { type Agreement, Coupling } from '../network/agreement.js';
import { isCoupled } from '../network/decouple-graph.js';
import type { OpenedNetwork } from '../network/opened-network.js';
import { byId, element, formatted } from './element.js';
import { type Color, colorOf, mix, paintPictures } from './pictures.js';

/** Shows a coupled network beside its decoupled network, on the same images. */
export class CouplingView {
  private latest?: { of: unknown; coupling: Promise<Coupling | undefined> };

  /** @param fallback returns the bytes of the coupled network of the page */
  constructor(private readonly fallback: () => Promise<Uint8Array>) {}

  async show(network: OpenedNetwork, image: Uint8Array): Promise<void> {
    if (this.latest?.of !== network) this.latest = { of: network, coupling: this.couplingFor(network) };
    const coupling = await this.latest.coupling;
    if (!coupling) {
      byId('coupling-status').textContent =
        'Open a coupled network (bd-edge export --stage coupled) to compare it with its decoupled network.';
      byId('coupling').replaceChildren();
      return;
    }
    render(coupling, coupling.run(image));
  }

  /** Shows nothing. */
  clear(): void {
    byId('coupling-status').textContent = '';
    byId('coupling').replaceChildren();
  }

  /** Returns the network itself if it is coupled, else the page's own if it has the same input. */
  private async couplingFor({ model, canBeInspected }: OpenedNetwork): Promise<Coupling | undefined> {
    if (!canBeInspected) return undefined;
    if (isCoupled(model)) return Coupling.of(model);
    const own = parseModel(await this.fallback());
    const same = (['height', 'width', 'channels'] as const).every(
      (side) => own.input[side] === model.input[side],
    );
    return same ? Coupling.of(own) : undefined;
  }
}

function render({ coupled, decoupled }: Coupling, { layers, logits, first }: Agreement): void {
  const bits = layers.reduce((sum, layer) => sum + layer.bits, 0);
  const differing = layers.reduce((sum, layer) => sum + layer.differing, 0);
  const logitsAgree = logits[0].every((logit, i) => logit === logits[1][i]);
  byId('coupling-status').textContent =
    differing === 0 && logitsAgree
      ? `They agree: all ${formatted(bits)} bits and all ${logits[0].length} logits are the same.`
      : `They do not agree: ${formatted(differing)} of ${formatted(bits)} bits differ.`;
  const half = first.coupled.length / 2;
  const ternary = first.coupled
    .slice(0, half)
    .map((picture, k) => picture.map((bit, i) => bit + first.coupled[half + k][i]));
  const [off, on] = [colorOf('--cell'), colorOf('--bit')];
  const shades: Color[] = [off, mix(off, on, 0.5), on];
  const sides = [
    { title: `Coupled: 0, ½ or 1`, pictures: ternary, top: 2, model: coupled, logits: logits[0] },
    { title: `Decoupled: 0 or 1`, pictures: first.decoupled, top: 1, model: decoupled, logits: logits[1] },
  ];
  const frames = sides.map(({ title }) => {
    const frame = element('canvas', { className: 'planes' });
    frame.setAttribute('role', 'img');
    frame.setAttribute('aria-label', `First op. ${title}`);
    return frame;
  });
  const place = byId('coupling');
  const open = place.querySelector('details')?.open ?? false;
  place.replaceChildren(
    element(
      'div',
      { className: 'pair' },
      ...sides.map(({ title, model, logits }, i) =>
        element(
          'div',
          {},
          element('h3', {}, title),
          element(
            'p',
            { className: 'help' },
            `${formatted(model.weightBytes)} bytes of weights. Logits ${[...logits].map(formatted).join(', ')}`,
          ),
          frames[i],
        ),
      ),
    ),
    Object.assign(table(layers), { open }),
  );
  const { width, height } = first;
  if (width > 0)
    sides.forEach(({ pictures, top }, i) => {
      const color = (value: number) => shades[top === 2 ? value : 2 * value];
      paintPictures(frames[i], { width, height, pictures, color });
    });
}

function table(layers: Agreement['layers']): HTMLElement {
  const row = (cells: string[]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, cells[0]),
      ...cells.slice(1).map((cell) => element('td', {}, cell)),
    );
  return element(
    'details',
    {},
    element('summary', {}, 'Op by op'),
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['layer', 'bits', 'that differ'].map((name) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element(
        'tbody',
        {},
        ...layers.map(({ op, bits, differing }) =>
          row([String(op + 1), formatted(bits), formatted(differing)]),
        ),
      ),
    ),
  );
}
