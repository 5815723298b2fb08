import { expect, test } from 'vitest';
import { PicoClock } from './pico-clock.js';

test('alarms ring once, in order, when they are due', () => {
  const clock = new PicoClock(8);
  const rung: string[] = [];
  const late = clock.createAlarm(() => rung.push('late'));
  const early = clock.createAlarm(() => rung.push('early'));
  const never = clock.createAlarm(() => rung.push('never'));
  late.schedule(800);
  early.schedule(80);
  never.schedule(8);
  never.cancel();
  expect(clock.due).toBe(10);
  clock.cycles = 9;
  clock.ring();
  expect(rung).toEqual([]);
  clock.cycles = 100;
  expect(clock.nanos).toBe(800);
  clock.ring();
  expect(rung).toEqual(['early', 'late']);
  expect(clock.due).toBe(Number.POSITIVE_INFINITY);
});

test('an alarm may schedule itself again while it rings', () => {
  const clock = new PicoClock(1);
  let rings = 0;
  const alarm = clock.createAlarm(() => {
    rings++;
    alarm.schedule(10);
  });
  alarm.schedule(10);
  for (clock.cycles = 0; clock.cycles < 100; clock.cycles++) clock.ring();
  expect(rings).toBe(9);
});
