/** From a training run to a model with a card, and back: what the card says is so. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wilsonInterval } from '@bd-edge/host/internal';
import { parseModel } from '@bd-edge/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countCorrect, verifySamples } from '../models/verify.js';
import { writeIdxFolder } from '../trainer/data/testing.js';
import { indexMarkdown, trainCommand } from './model-card.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-models-'));
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
const models = join(folder, 'models');

beforeAll(async () => {
  await writeIdxFolder(join(folder, 'stripes'), { train: 110, test: 30 });
  mkdirSync(models);
  const epochs = ['--epochs', '1', '--finetuned-epochs', '1', '--batch', '20'];
  const args = ['train', '--data', 'stripes', '--recipe', 'mnist', ...epochs, '--out', 'run'];
  expect(node(path('../cli/bin/bd-edge.js'), ...args).status).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('add-model', () => {
  it('stores a model that is what its card says', async () => {
    const added = node(path('add-model.mjs'), 'run', 'stripes-tiny', '--license', 'CC0', '--models', models);
    expect(added.stderr).toBe('');
    const { card, sha256, sizes, stored, reference, wasm } = await verifySamples(
      join(models, 'stripes-tiny'),
    );
    expect([card.sha256, card.sizes]).toEqual([sha256, sizes]);
    expect(stored).toHaveLength(8);
    const { metadata, ops } = parseModel(readFileSync(join(models, 'stripes-tiny', 'model.bdm')));
    expect(metadata?.densities).toHaveLength(ops.length);
    expect(reference).toEqual(stored);
    expect(wasm).toEqual(stored);
    const { correct, images, value, interval } = card.accuracy;
    expect(images).toBe(30);
    expect(correct).toBe(await countCorrect(join(models, 'stripes-tiny'), join(folder, 'stripes')));
    expect(value).toBe(correct / 30);
    expect(interval).toEqual(wilsonInterval(correct, 30));
    expect(card.data).toEqual({ name: 'stripes', license: 'CC0' });
    const flags = '--data stripes --recipe mnist --seed 1 --epochs 1 --finetuned-epochs 1 --batch 20';
    expect(card.commands[0]).toMatch(
      new RegExp(`^bd-edge train ${flags} --backend (native|wasm) --out run$`),
    );
    expect(readFileSync(join(models, 'stripes-tiny', 'README.md'), 'utf8')).toContain(`\`${sha256}\``);
    expect(readFileSync(join(models, 'README.md'), 'utf8')).toContain(
      '| [stripes-tiny](stripes-tiny/README.md) | stripes |',
    );
  }, 60_000);

  it('names what trained the run that a run began with', () => {
    mkdirSync(join(folder, 'runs'));
    cpSync(join(folder, 'run'), join(folder, 'runs', 'again'), { recursive: true });
    const settings = join(folder, 'runs', 'again', 'settings.json');
    const kept = JSON.parse(readFileSync(settings, 'utf8'));
    writeFileSync(settings, JSON.stringify({ ...kept, workingDirectory: '../..', pretrained: 'run' }));
    const { stdout } = node(path('add-model.mjs'), 'runs/again', 'twice', '--models', models);
    expect(stdout).toContain('twice');
    const { commands } = JSON.parse(readFileSync(join(models, 'twice', 'card.json'), 'utf8'));
    expect(commands.map((command: string) => command.split(' --out ')[1])).toEqual([
      'run',
      'again',
      undefined,
    ]);
    expect(commands[1]).toContain(' --pretrained run ');
  }, 60_000);

  it('notices a sample or a file that is not the same any more', async () => {
    const at = join(models, 'stripes-tiny', 'samples.json');
    const kept = JSON.parse(readFileSync(at, 'utf8'));
    kept.samples[0].logits[0]++;
    writeFileSync(at, JSON.stringify(kept));
    const { stored, reference } = await verifySamples(join(models, 'stripes-tiny'));
    expect(reference).not.toEqual(stored);
  });

  it('refuses what is no finished run', () => {
    const { status, stderr } = node(path('add-model.mjs'), 'nowhere', 'x', '--models', models);
    expect([status, stderr]).toEqual([
      4,
      expect.stringContaining('name the folder of a finished training run'),
    ]);
    expect(node(path('add-model.mjs'), 'run', 'Not A Name').status).toBe(2);
    expect(existsSync(join(models, 'x'))).toBe(false);
  });
});

it('writes commands that a shell reads as they were', () => {
  expect(trainCommand({ data: "my 'own' pictures", stream: true, corrupt: 'reject', weightDecay: 0.1 })).toBe(
    "bd-edge train --data 'my '\\''own'\\'' pictures' --stream --weight-decay 0.1",
  );
});

it('says so where there is no model', () => {
  expect(indexMarkdown([])).toBe('None yet.\n');
});
