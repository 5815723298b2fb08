import { expect, test } from 'vitest';
import { listPorts } from './ports.js';

test('lists ports, or says why it knows little of them, with or without udevadm', async () => {
  const { ports, note } = await listPorts();
  for (const { path } of ports) expect(path).not.toBe('');
  if (note !== undefined) expect(note).toContain('udevadm');
});
