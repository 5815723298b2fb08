import { expect, test } from 'vitest';
import { listPorts } from './ports.js';

test('lists ports, with a note if udevadm is missing', async () => {
  const { ports, note } = await listPorts();
  for (const { path } of ports) expect(path).not.toBe('');
  if (note !== undefined) expect(note).toContain('udevadm');
});
