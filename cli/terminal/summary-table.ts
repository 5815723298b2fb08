import type { Account, LayerAccount } from '@bd-edge/trainer';
import { formatNumber, table } from './output.js';

const KINDS = [
  { bits: 1, name: '1-bit' },
  { bits: 8, name: 'int8' },
  { bits: 32, name: 'float32' },
] as const;

/** Formats the costs of a network, as `summary` prints them. */
export function summaryTable({ layers, weights, floatMacs, binaryMacs, weightedCost }: Account): string {
  const head = [
    'layer',
    'type',
    'input',
    'output',
    'weights',
    'bytes',
    'binary MACs',
    'float MACs',
    'not binary',
  ];
  const byWidth = KINDS.map(({ bits, name }) => {
    const some = layers.filter((layer) => layer.weightBits === bits);
    const count = sum(some, (layer) => layer.weights);
    return (
      count && `${formatNumber(count)} ${name} in ${formatNumber(sum(some, (l) => l.weightBytes))} bytes`
    );
  }).filter(Boolean);
  const parameters = sum(layers, (layer) => layer.parameters);
  const parameterBytes = sum(layers, (layer) => layer.parameterBytes);
  return [
    table(head, layers.map(row)),
    '',
    `weights        ${formatNumber(weights)}: ${byWidth.join(', ') || 'none'}`,
    `parameters     ${formatNumber(parameters)} in norms and biases: ${formatNumber(parameterBytes)} bytes`,
    `binary MACs    ${formatNumber(binaryMacs)} per image; a ternary activation counts as two bits`,
    `float MACs     ${formatNumber(floatMacs)} per image; includes int8 layers, and 1-bit weights on inputs that are not bits`,
    `weighted cost  ${formatNumber(Math.round(weightedCost))} = float MACs + binary MACs / 64`,
  ].join('\n');
}

function row(layer: LayerAccount): (string | number)[] {
  const kind = KINDS.find(({ bits }) => bits === layer.weightBits);
  return [
    layer.name,
    layer.type,
    layer.inputs.map(shape).join(' + '),
    shape(layer.output),
    kind ? `${formatNumber(layer.weights)} ${kind.name}` : '',
    layer.weightBytes + layer.parameterBytes,
    layer.binaryMacs,
    layer.floatMacs,
    layer.notBinary ?? '',
  ];
}

function shape(sizes: number[]): string {
  return sizes.join(' x ');
}

function sum(layers: LayerAccount[], value: (layer: LayerAccount) => number): number {
  return layers.reduce((total, layer) => total + value(layer), 0);
}
