// `node scripts/record-terminal.mjs [FILE.svg]` draws docs/terminal.svg, the animated picture in README: it runs
// the real commands in a pseudo-terminal, keeps their output with its timing, and writes one SVG with CSS
// animations. It trains for about a minute. Needs Linux's `script` (util-linux), the built packages, and the
// firmware of the Pico (`npm run firmware -- pico`).
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import { animation } from './terminal-svg.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const COLUMNS = 100;
const ROWS = 24;
/** Seconds between two pictures of the terminal. */
const FRAME = 0.125;

/**
 * The commands, and the longest time that each is shown. A command with `until` keeps running in the background.
 *
 * @type {{ type: string; seconds: number; run?: string; until?: RegExp }[]}
 */
const COMMANDS = [
  {
    type: 'bd-edge train --data mnist --limit 12000 --epochs 5 --finetuned-epochs 2 --out runs/demo',
    seconds: 9,
  },
  { type: 'bd-edge export runs/demo -o model.bdm', seconds: 2 },
  {
    type: 'bd-edge simulate --board pico --listen 127.0.0.1:7000 &',
    run: 'bd-edge simulate --board pico --listen 127.0.0.1:7000',
    seconds: 1,
    until: /Next[^\n]+\n/,
  },
  { type: 'bd-edge deploy model.bdm --port socket://127.0.0.1:7000', seconds: 3 },
  { type: 'bd-edge check model.bdm --port socket://127.0.0.1:7000 --limit 50', seconds: 5 },
];
const PROMPT = '\x1b[32m$\x1b[0m ';

const file = process.argv[2] ?? join(ROOT, 'docs', 'terminal.svg');
const folder = mkdtempSync(join(tmpdir(), 'bd-edge-terminal-'));
const running = [];
try {
  await record();
} finally {
  for (const child of running) child.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
}

async function record() {
  installCommand();
  const terminal = new xterm.Terminal({
    cols: COLUMNS,
    rows: ROWS,
    allowProposedApi: true,
    convertEol: false,
  });
  const frames = [];
  let now = 0;
  const show = async (text) => {
    await new Promise((resolve) => terminal.write(text, () => resolve(undefined)));
    frames.push({ at: now, rows: screen(terminal) });
  };

  for (const command of COMMANDS) {
    await show(PROMPT);
    for (const character of command.type) {
      await show(character);
      now += 0.02;
    }
    now += 0.4;
    await show('\r\n');
    const chunks = await run(command);
    const took = chunks.at(-1)?.at ?? 0;
    const speed = Math.max(1, took / command.seconds);
    const start = now;
    for (const { at, text } of chunks) {
      now = start + at / speed;
      await show(text);
    }
    now += 1;
    console.error(`${command.type}: ${took.toFixed(1)} s`);
  }
  const svg = animation({ frames: sampled(frames), seconds: now + 5, columns: COLUMNS, rows: ROWS });
  writeFileSync(file, svg);
  console.error(`${file}: ${(svg.length / 1024).toFixed(0)} KB, ${(now + 5).toFixed(0)} s`);
}

/** Puts `bd-edge` on the PATH of the commands. */
function installCommand() {
  mkdirSync(join(folder, 'bin'));
  const shim = join(folder, 'bin', 'bd-edge');
  writeFileSync(
    shim,
    `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'cli', 'bin', 'bd-edge.js')}" "$@"\n`,
  );
  chmodSync(shim, 0o755);
}

/**
 * Runs a command in a pseudo-terminal.
 *
 * @param {{ type: string; run?: string; until?: RegExp }} command
 * @returns {Promise<{ at: number; text: string }[]>} its output, with the seconds at which each piece came
 */
function run({ type, run: line = type, until }) {
  const script = `stty cols ${COLUMNS} rows ${ROWS}; exec ${line}`;
  const env = {
    ...process.env,
    PATH: join(folder, 'bin') + delimiter + process.env.PATH,
    TERM: 'xterm-256color',
    CI: '',
    NO_COLOR: undefined,
  };
  const child = spawn('script', ['-q', '-e', '-f', '-c', script, '/dev/null'], { cwd: folder, env });
  running.push(child);
  const chunks = [];
  const started = performance.now();
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      chunks.push({ at: (performance.now() - started) / 1000, text });
      if (until?.test(chunks.map((chunk) => chunk.text).join(''))) resolve(chunks);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 || until) resolve(chunks);
      else reject(new Error(`${line} ended with ${code}:\n${chunks.map((chunk) => chunk.text).join('')}`));
    });
  });
}

/** Returns the visible rows, each as a list of runs of one style. */
function screen(terminal) {
  const buffer = terminal.buffer.active;
  return Array.from({ length: ROWS }, (_, y) => {
    const line = buffer.getLine(buffer.viewportY + y);
    const runs = [];
    for (let x = 0; x < COLUMNS; x++) {
      const cell = line?.getCell(x);
      const text = cell?.getChars() || ' ';
      const style = cell
        ? {
            color: cell.isFgPalette() ? cell.getFgColor() : -1,
            dim: cell.isDim() > 0,
            bold: cell.isBold() > 0,
          }
        : { color: -1, dim: false, bold: false };
      const last = runs.at(-1);
      const same = last && last.color === style.color && last.dim === style.dim && last.bold === style.bold;
      if (same) last.text += text;
      else runs.push({ column: x, text, ...style });
    }
    return runs
      .map((run) => ({
        ...run,
        text: run.column + run.text.length >= COLUMNS ? run.text.trimEnd() : run.text,
      }))
      .filter((run) => run.text.trim() !== '');
  });
}

/** Keeps the last picture of each `FRAME` seconds. */
function sampled(frames) {
  const kept = new Map();
  for (const frame of frames) kept.set(Math.floor(frame.at / FRAME), frame);
  return [...kept].map(([tick, { rows }]) => ({ at: tick * FRAME, rows }));
}
