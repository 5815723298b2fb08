import cliProgress from 'cli-progress';
import Table from 'cli-table3';

/** Runs the steps of the quick start one by one, shows their progress, and prints a table at the end. */
export class Steps {
  #seconds = [];

  async run(name, work) {
    const started = performance.now();
    const bar = process.stderr.isTTY ? drawnBar(name) : writtenProgress(name);
    const result = await work(bar.update).finally(bar.stop);
    const seconds = (performance.now() - started) / 1000;
    this.#seconds.push([name, `${seconds.toFixed(1)} s`]);
    process.stderr.write(`${name}: done in ${seconds.toFixed(1)} s\n`);
    return result;
  }

  print(rows) {
    const table = new Table({ style: { head: [], border: [], compact: true } });
    table.push(...rows, ...this.#seconds.map(([name, seconds]) => [`time, ${name}`, seconds]));
    console.log(`\n${table}`);
  }
}

function drawnBar(name) {
  const bar = new cliProgress.SingleBar(
    {
      format: '{label} {bar} {percentage}%  {eta_formatted} left  {note}',
      clearOnComplete: true,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  let current;
  return {
    update(done, total, { label = name, note = '' } = {}) {
      if (label !== current) bar.start(total, done, { label: label.padEnd(9), note });
      current = label;
      bar.update(done, { label: label.padEnd(9), note });
    },
    stop: () => bar.stop(),
  };
}

/** Prints a line at every tenth of a step, for output that is not a terminal. */
function writtenProgress(name) {
  let tenth = 0;
  let current = name;
  return {
    update(done, total, { label = name, note = '' } = {}) {
      if (label !== current) tenth = 0;
      current = label;
      const now = Math.floor((10 * done) / total);
      if (now > tenth) process.stderr.write(`  ${label} ${10 * now} %  ${note}\n`);
      tenth = now;
    },
    stop() {},
  };
}
