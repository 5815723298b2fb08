import { OP_OUTPUTS_PER_SUM, TYPE_BITS } from '../../../layout';
import { sparseShare } from '../../../plans/sparse-plan';
import * as plans from '../../../plans/table-plan';
import { TableLayer, TablePlan } from '../../../plans/table-plan';
import { opRecord, pixelBytes, type } from '../../../tensor';
import {
  filters,
  inputChannels,
  inputHeight,
  inputPlanes,
  inputWidth,
  kernelHeight,
  kernelWidth,
  makeOneRow,
  openShape,
  outputHeight,
  outputWidth,
  paddingLeft,
  strideX,
  strideY,
} from '../shape';
import { ownTables } from './addresses';

export * from '../shape';

// The open layer: its shape and its plan, as integers that the kernel uses.

/** Thresholds of each sum; 1 if the layer gives numbers. */
export let limitsPerSum: u32 = 0;
export let givesBits: bool = false;
/** Bytes of an output pixel's bits. */
export let outputBytes: u32 = 0;

// The plan: table-plan.ts says what its fields mean.
export let vectors: u32 = 0;
export let groups: u32 = 0;
export let groupBits: u32 = 0;
export let stride: u32 = 0;
export let entryBytes: u32 = 0;
export let tableBytes: u32 = 0;
export let bundleBytes: u32 = 0;
export let tileBytes: u32 = 0;
export let resultBytes: u32 = 0;
export let planeBytes: u32 = 0;
export let planeStride: u32 = 0;
export let tileWidth: u32 = 0;
export let tileHeight: u32 = 0;
export let tilesAcross: u32 = 0;
export let tilesDown: u32 = 0;
export let phasesY: u32 = 0;
export let phasesX: u32 = 0;
export let haloY: u32 = 0;
export let bundles: u32 = 0;
export let bundleGroups: u32 = 0;
export let steps: u32 = 0;
export let chunks: u32 = 0;
export let chunkBytes: u32 = 0;
let scratchBytes: u32 = 0;
let expandedBytes: u32 = 0;

/**
 * Chooses the plan of op `index`, a binary convolution.
 *
 * @returns its number; 0: another kernel runs the op
 */
export function chooseTable(model: usize, index: u32): u32 {
  const layer = describe(model, index);
  const plan = planMemory();
  return plans.chooseTable(layer, plan) ? <u32>plan.choice : 0;
}

/** Opens op `index` with the plan of a number. */
export function openTable(model: usize, index: u32, choice: u32): void {
  const plan = planMemory();
  plans.layOutTable(describe(model, index), choice, plan);
  vectors = <u32>plan.vectors;
  groups = <u32>plan.groups;
  groupBits = <u32>plan.groupBits;
  stride = <u32>plan.stride;
  entryBytes = <u32>plan.entryBytes;
  tableBytes = <u32>plan.tableBytes;
  bundleBytes = <u32>plan.bundleBytes;
  tileBytes = <u32>plan.tileBytes;
  resultBytes = <u32>plan.resultBytes;
  planeBytes = <u32>plan.planeBytes;
  planeStride = <u32>plan.planeStride;
  tileWidth = <u32>plan.tileWidth;
  tileHeight = <u32>plan.tileHeight;
  tilesAcross = <u32>plan.tilesAcross;
  tilesDown = <u32>plan.tilesDown;
  phasesY = <u32>plan.phasesY;
  phasesX = <u32>plan.phasesX;
  haloY = <u32>plan.haloY;
  bundles = <u32>plan.bundles;
  bundleGroups = <u32>plan.bundleGroups;
  steps = <u32>plan.steps;
  chunks = <u32>plan.chunks;
  chunkBytes = <u32>plan.chunkBytes;
  scratchBytes = <u32>plan.scratchBytes;
  expandedBytes = <u32>plan.expandedBytes;
}

/** Returns the share of inputs that are not 0 up to which the sparse kernel takes less work for the open layer. */
export function shareOfSparse(): f64 {
  return sparseShare(layerMemory(), plans.tableWork(layerMemory(), planMemory()));
}

/** Returns the bytes of scratch memory of the open layer. */
export function tableScratchBytes(): u32 {
  return scratchBytes;
}

/** Returns the bytes of the open layer's expanded weights. */
export function tableExpandedBytes(): u32 {
  return expandedBytes;
}

/** Reads the shape of op `index`. @returns what its plan depends on */
function describe(model: usize, index: u32): TableLayer {
  openShape(model, index);
  givesBits = type(model, index + 1) == TYPE_BITS;
  limitsPerSum = givesBits ? load<u8>(opRecord(model, index) + OP_OUTPUTS_PER_SUM) : 1;
  outputBytes = givesBits ? pixelBytes(model, index + 1) : 0;

  const layer = layerMemory();
  layer.outputHeight = outputHeight;
  layer.outputWidth = outputWidth;
  layer.inputWidth = inputWidth;
  layer.kernelHeight = kernelHeight;
  layer.kernelWidth = kernelWidth;
  layer.strideY = strideY;
  layer.strideX = strideX;
  layer.paddingLeft = paddingLeft;
  layer.channels = inputChannels;
  layer.planes = inputPlanes;
  layer.filters = filters;
  layer.limitsPerSum = limitsPerSum;
  layer.outputBytes = outputBytes;
  if (plans.joinRows(layer, inputHeight)) makeOneRow(<u32>layer.outputWidth);
  return layer;
}

// The layer and the plan are objects in the memory of this thread's tables, PLAN_BYTES of it: while a layer is
// opened, its tables are not built yet. The engine never allocates, so it has no other memory for them.

function layerMemory(): TableLayer {
  return changetype<TableLayer>(ownTables());
}

function planMemory(): TablePlan {
  return changetype<TablePlan>(ownTables() + offsetof<TableLayer>());
}
