import type { Transport } from '@bd-edge/host/internal';
import {
  BoardClient,
  check,
  deploy,
  engineExpectation,
  requestWebSerial,
  SimulatedBoard,
} from '@bd-edge/host/internal';
import type { OpenedNetwork } from '../network/opened-network.js';
import { byId, formatted, percent } from './element.js';
import { attempt, showError } from './message.js';

export interface TestImages {
  images: Uint8Array[];
  /** The correct class indices, if known. */
  labels?: number[];
}

/** Creates the panel of boards. @param network returns the open network @param testImages returns images for it */
export function createBoardPanel(
  network: () => OpenedNetwork | undefined,
  testImages: (network: OpenedNetwork) => TestImages,
): void {
  const button = (id: string) => byId<HTMLButtonElement>(id);
  const progress = (id: string) => byId<HTMLProgressElement>(id);
  let client: BoardClient | undefined;
  const say = (text: string) => {
    byId('board-status').textContent = text;
  };
  const enable = (connected: boolean, busy = false) => {
    for (const id of ['deploy', 'check']) button(id).disabled = !connected || busy;
    button('disconnect').disabled = !connected;
    for (const id of ['connect', 'simulate']) button(id).disabled = connected || busy;
  };
  const report = (text: string) => {
    byId('board-report').textContent = text;
  };

  const connect = (open: () => Promise<Transport>) =>
    attempt(async () => {
      enable(false, true);
      say('Connecting …');
      try {
        const transport = await open();
        const log = byId('board-log');
        client = await BoardClient.connect(transport, { onLog: (text) => log.append(text, '\n') });
        void transport.closed.then((reason) => {
          client = undefined;
          enable(false);
          say('No board is connected.');
          if (reason) showError(reason);
        });
        const { board, ramBytes, interpreter } = client.info;
        say(`Connected to ${board}: ${formatted(ramBytes)} bytes for networks, ${interpreter}.`);
        enable(true);
      } catch (error) {
        say('No board is connected.');
        enable(false);
        throw error;
      }
    });

  /** Disables the buttons during an action. */
  const busily = (work: (client: BoardClient, network: OpenedNetwork) => Promise<void>) =>
    attempt(async () => {
      const open = network();
      if (!client || !open) return;
      enable(true, true);
      report('');
      try {
        await work(client, open);
      } finally {
        enable(client !== undefined);
      }
    });

  button('connect').onclick = connect(() => {
    const baud = byId<HTMLInputElement>('baud').valueAsNumber;
    return requestWebSerial(Number.isInteger(baud) && baud > 0 ? { baud } : {});
  });
  button('simulate').onclick = connect(async () => new SimulatedBoard().connect('the simulated board'));
  button('disconnect').onclick = attempt(async () => client?.close());
  button('deploy').onclick = busily(async (client, { bytes: model }) => {
    const bar = progress('deploy-progress');
    const { bytesSent, bytesSkipped } = await deploy(client, model, {
      onProgress: ({ part, offset, total }) => {
        bar.max = total;
        bar.value = offset;
        say(`Sending the ${part}: ${formatted(offset)} of ${formatted(total)} bytes.`);
      },
    });
    say('The network runs on the board.');
    report(`Sent ${formatted(bytesSent)} bytes; ${formatted(bytesSkipped)} were already on the board.`);
  });
  button('check').onclick = busily(async (client, open) => {
    const bar = progress('check-progress');
    const { images, labels } = testImages(open);
    const found = await check(client, open.bytes, images, {
      labels,
      expected: await engineExpectation(open.bytes),
      onProgress: ({ done, total }) => {
        bar.max = total;
        bar.value = done;
      },
    });
    const right =
      found.accuracy === null ? '' : `${percent(found.accuracy)} of ${found.images} images are correct. `;
    report(
      `${right}The class of ${found.classMismatches} and the logits of ${found.logitMismatches} of ${found.images} images differ from this page.`,
    );
  });
}
