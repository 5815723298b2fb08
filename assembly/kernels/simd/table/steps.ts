// Made by scripts/generate-table-steps.mjs: change it there.

// One step of one tile, for every filter: nine loads from the tables a vector, each byte two pixels. `sums` holds two
// vectors for each: the bytes as they are, modulo 256, and the high nibbles. `first` stores them, `next` adds to them.

import { Anywhere, First, Second, SECOND_TABLES, TABLES } from './addresses';

export function first(pairs: bool, vectors: u32, weights: usize, table: usize, sums: usize, filters: u32): void {
  if (pairs) {
    switch (vectors) {
      case 1:
        pairsFirst1(weights, table, sums, filters);
        break;
      case 2:
        pairsFirst2(weights, table, sums, filters);
        break;
      case 3:
        pairsFirst3(weights, table, sums, filters);
        break;
      case 4:
        pairsFirst4(weights, table, sums, filters);
        break;
      case 7:
        pairsFirst7(weights, table, sums, filters);
        break;
      case 9:
        pairsFirst9(weights, table, sums, filters);
        break;
    }
  } else {
    switch (vectors) {
      case 1:
        triplesFirst1(weights, table, sums, filters);
        break;
      case 2:
        triplesFirst2(weights, table, sums, filters);
        break;
      case 3:
        triplesFirst3(weights, table, sums, filters);
        break;
      case 4:
        triplesFirst4(weights, table, sums, filters);
        break;
      case 7:
        triplesFirst7(weights, table, sums, filters);
        break;
      case 9:
        triplesFirst9(weights, table, sums, filters);
        break;
    }
  }
}

export function next(pairs: bool, vectors: u32, weights: usize, table: usize, sums: usize, filters: u32): void {
  if (pairs) {
    switch (vectors) {
      case 1:
        pairsNext1(weights, table, sums, filters);
        break;
      case 2:
        pairsNext2(weights, table, sums, filters);
        break;
      case 3:
        pairsNext3(weights, table, sums, filters);
        break;
      case 4:
        pairsNext4(weights, table, sums, filters);
        break;
      case 7:
        pairsNext7(weights, table, sums, filters);
        break;
      case 9:
        pairsNext9(weights, table, sums, filters);
        break;
    }
  } else {
    switch (vectors) {
      case 1:
        triplesNext1(weights, table, sums, filters);
        break;
      case 2:
        triplesNext2(weights, table, sums, filters);
        break;
      case 3:
        triplesNext3(weights, table, sums, filters);
        break;
      case 4:
        triplesNext4(weights, table, sums, filters);
        break;
      case 7:
        triplesNext7(weights, table, sums, filters);
        break;
      case 9:
        triplesNext9(weights, table, sums, filters);
        break;
    }
  }
}

export function pairsFirst1(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) pairsFirst1At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) pairsFirst1At<Second>(weights, table, sums, filters);
  else pairsFirst1At<Anywhere>(weights, table, sums, filters);
}

@inline
function pairsFirst1At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 32) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
  }
}

export function pairsNext1(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) pairsNext1At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) pairsNext1At<Second>(weights, table, sums, filters);
  else pairsNext1At<Anywhere>(weights, table, sums, filters);
}

@inline
function pairsNext1At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 32) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
  }
}

export function pairsFirst2(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) pairsFirst2At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) pairsFirst2At<Second>(weights, table, sums, filters);
  else pairsFirst2At<Anywhere>(weights, table, sums, filters);
}

@inline
function pairsFirst2At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
}

export function pairsNext2(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) pairsNext2At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) pairsNext2At<Second>(weights, table, sums, filters);
  else pairsNext2At<Anywhere>(weights, table, sums, filters);
}

@inline
function pairsNext2At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
}

export function pairsFirst3(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) pairsFirst3At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) pairsFirst3At<Second>(weights, table, sums, filters);
  else pairsFirst3At<Anywhere>(weights, table, sums, filters);
}

@inline
function pairsFirst3At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 96) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    }
  }
}

export function pairsNext3(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) pairsNext3At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) pairsNext3At<Second>(weights, table, sums, filters);
  else pairsNext3At<Anywhere>(weights, table, sums, filters);
}

@inline
function pairsNext3At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 96) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    }
  }
}

export function pairsFirst4(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) pairsFirst4At<Anywhere>(weights, table, sums, filters);
  else pairsFirst4At<First>(weights, table, sums, filters);
}

@inline
function pairsFirst4At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48));
    t1 = i8x16.add(v128.load(a2, base + 48), v128.load(a3, base + 48));
    t2 = i8x16.add(v128.load(a4, base + 48), v128.load(a5, base + 48));
    t3 = i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48));
    t4 = v128.load(a8, base + 48);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
}

export function pairsNext4(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) pairsNext4At<Anywhere>(weights, table, sums, filters);
  else pairsNext4At<First>(weights, table, sums, filters);
}

@inline
function pairsNext4At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48));
    t1 = i8x16.add(v128.load(a2, base + 48), v128.load(a3, base + 48));
    t2 = i8x16.add(v128.load(a4, base + 48), v128.load(a5, base + 48));
    t3 = i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48));
    t4 = v128.load(a8, base + 48);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
}

export function pairsFirst7(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) pairsFirst7At<Anywhere>(weights, table, sums, filters);
  else pairsFirst7At<First>(weights, table, sums, filters);
}

@inline
function pairsFirst7At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 224) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48));
    t1 = i8x16.add(v128.load(a2, base + 48), v128.load(a3, base + 48));
    t2 = i8x16.add(v128.load(a4, base + 48), v128.load(a5, base + 48));
    t3 = i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48));
    t4 = v128.load(a8, base + 48);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64));
    t1 = i8x16.add(v128.load(a2, base + 64), v128.load(a3, base + 64));
    t2 = i8x16.add(v128.load(a4, base + 64), v128.load(a5, base + 64));
    t3 = i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64));
    t4 = v128.load(a8, base + 64);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80));
    t1 = i8x16.add(v128.load(a2, base + 80), v128.load(a3, base + 80));
    t2 = i8x16.add(v128.load(a4, base + 80), v128.load(a5, base + 80));
    t3 = i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80));
    t4 = v128.load(a8, base + 80);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96));
    t1 = i8x16.add(v128.load(a2, base + 96), v128.load(a3, base + 96));
    t2 = i8x16.add(v128.load(a4, base + 96), v128.load(a5, base + 96));
    t3 = i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96));
    t4 = v128.load(a8, base + 96);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    }
  }
}

export function pairsNext7(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) pairsNext7At<Anywhere>(weights, table, sums, filters);
  else pairsNext7At<First>(weights, table, sums, filters);
}

@inline
function pairsNext7At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 224) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48));
    t1 = i8x16.add(v128.load(a2, base + 48), v128.load(a3, base + 48));
    t2 = i8x16.add(v128.load(a4, base + 48), v128.load(a5, base + 48));
    t3 = i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48));
    t4 = v128.load(a8, base + 48);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64));
    t1 = i8x16.add(v128.load(a2, base + 64), v128.load(a3, base + 64));
    t2 = i8x16.add(v128.load(a4, base + 64), v128.load(a5, base + 64));
    t3 = i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64));
    t4 = v128.load(a8, base + 64);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 128));
    h = i8x16.add(h, v128.load(sums, 144));
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80));
    t1 = i8x16.add(v128.load(a2, base + 80), v128.load(a3, base + 80));
    t2 = i8x16.add(v128.load(a4, base + 80), v128.load(a5, base + 80));
    t3 = i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80));
    t4 = v128.load(a8, base + 80);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 160));
    h = i8x16.add(h, v128.load(sums, 176));
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96));
    t1 = i8x16.add(v128.load(a2, base + 96), v128.load(a3, base + 96));
    t2 = i8x16.add(v128.load(a4, base + 96), v128.load(a5, base + 96));
    t3 = i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96));
    t4 = v128.load(a8, base + 96);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 192));
    h = i8x16.add(h, v128.load(sums, 208));
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    }
  }
}

export function pairsFirst9(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) pairsFirst9At<Anywhere>(weights, table, sums, filters);
  else pairsFirst9At<First>(weights, table, sums, filters);
}

@inline
function pairsFirst9At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 288) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48));
    t1 = i8x16.add(v128.load(a2, base + 48), v128.load(a3, base + 48));
    t2 = i8x16.add(v128.load(a4, base + 48), v128.load(a5, base + 48));
    t3 = i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48));
    t4 = v128.load(a8, base + 48);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64));
    t1 = i8x16.add(v128.load(a2, base + 64), v128.load(a3, base + 64));
    t2 = i8x16.add(v128.load(a4, base + 64), v128.load(a5, base + 64));
    t3 = i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64));
    t4 = v128.load(a8, base + 64);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80));
    t1 = i8x16.add(v128.load(a2, base + 80), v128.load(a3, base + 80));
    t2 = i8x16.add(v128.load(a4, base + 80), v128.load(a5, base + 80));
    t3 = i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80));
    t4 = v128.load(a8, base + 80);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96));
    t1 = i8x16.add(v128.load(a2, base + 96), v128.load(a3, base + 96));
    t2 = i8x16.add(v128.load(a4, base + 96), v128.load(a5, base + 96));
    t3 = i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96));
    t4 = v128.load(a8, base + 96);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    t0 = i8x16.add(v128.load(a0, base + 112), v128.load(a1, base + 112));
    t1 = i8x16.add(v128.load(a2, base + 112), v128.load(a3, base + 112));
    t2 = i8x16.add(v128.load(a4, base + 112), v128.load(a5, base + 112));
    t3 = i8x16.add(v128.load(a6, base + 112), v128.load(a7, base + 112));
    t4 = v128.load(a8, base + 112);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 224);
    v128.store(sums, h, 240);
    t0 = i8x16.add(v128.load(a0, base + 128), v128.load(a1, base + 128));
    t1 = i8x16.add(v128.load(a2, base + 128), v128.load(a3, base + 128));
    t2 = i8x16.add(v128.load(a4, base + 128), v128.load(a5, base + 128));
    t3 = i8x16.add(v128.load(a6, base + 128), v128.load(a7, base + 128));
    t4 = v128.load(a8, base + 128);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    v128.store(sums, s, 256);
    v128.store(sums, h, 272);
    }
  }
}

export function pairsNext9(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) pairsNext9At<Anywhere>(weights, table, sums, filters);
  else pairsNext9At<First>(weights, table, sums, filters);
}

@inline
function pairsNext9At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 288) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0));
    let t1 = i8x16.add(v128.load(a2, base + 0), v128.load(a3, base + 0));
    let t2 = i8x16.add(v128.load(a4, base + 0), v128.load(a5, base + 0));
    let t3 = i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0));
    let t4 = v128.load(a8, base + 0);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16));
    t1 = i8x16.add(v128.load(a2, base + 16), v128.load(a3, base + 16));
    t2 = i8x16.add(v128.load(a4, base + 16), v128.load(a5, base + 16));
    t3 = i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16));
    t4 = v128.load(a8, base + 16);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32));
    t1 = i8x16.add(v128.load(a2, base + 32), v128.load(a3, base + 32));
    t2 = i8x16.add(v128.load(a4, base + 32), v128.load(a5, base + 32));
    t3 = i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32));
    t4 = v128.load(a8, base + 32);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48));
    t1 = i8x16.add(v128.load(a2, base + 48), v128.load(a3, base + 48));
    t2 = i8x16.add(v128.load(a4, base + 48), v128.load(a5, base + 48));
    t3 = i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48));
    t4 = v128.load(a8, base + 48);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64));
    t1 = i8x16.add(v128.load(a2, base + 64), v128.load(a3, base + 64));
    t2 = i8x16.add(v128.load(a4, base + 64), v128.load(a5, base + 64));
    t3 = i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64));
    t4 = v128.load(a8, base + 64);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 128));
    h = i8x16.add(h, v128.load(sums, 144));
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80));
    t1 = i8x16.add(v128.load(a2, base + 80), v128.load(a3, base + 80));
    t2 = i8x16.add(v128.load(a4, base + 80), v128.load(a5, base + 80));
    t3 = i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80));
    t4 = v128.load(a8, base + 80);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 160));
    h = i8x16.add(h, v128.load(sums, 176));
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96));
    t1 = i8x16.add(v128.load(a2, base + 96), v128.load(a3, base + 96));
    t2 = i8x16.add(v128.load(a4, base + 96), v128.load(a5, base + 96));
    t3 = i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96));
    t4 = v128.load(a8, base + 96);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 192));
    h = i8x16.add(h, v128.load(sums, 208));
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    t0 = i8x16.add(v128.load(a0, base + 112), v128.load(a1, base + 112));
    t1 = i8x16.add(v128.load(a2, base + 112), v128.load(a3, base + 112));
    t2 = i8x16.add(v128.load(a4, base + 112), v128.load(a5, base + 112));
    t3 = i8x16.add(v128.load(a6, base + 112), v128.load(a7, base + 112));
    t4 = v128.load(a8, base + 112);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 224));
    h = i8x16.add(h, v128.load(sums, 240));
    v128.store(sums, s, 224);
    v128.store(sums, h, 240);
    t0 = i8x16.add(v128.load(a0, base + 128), v128.load(a1, base + 128));
    t1 = i8x16.add(v128.load(a2, base + 128), v128.load(a3, base + 128));
    t2 = i8x16.add(v128.load(a4, base + 128), v128.load(a5, base + 128));
    t3 = i8x16.add(v128.load(a6, base + 128), v128.load(a7, base + 128));
    t4 = v128.load(a8, base + 128);
    s = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i8x16.avgr_u(v128.and(t2, i8x16.splat(-16)), v128.and(t3, i8x16.splat(-16))));
    h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(v128.and(t4, i8x16.splat(-16)), 2)), 2);
    s = i8x16.add(s, v128.load(sums, 256));
    h = i8x16.add(h, v128.load(sums, 272));
    v128.store(sums, s, 256);
    v128.store(sums, h, 272);
    }
  }
}

export function triplesFirst1(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) triplesFirst1At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) triplesFirst1At<Second>(weights, table, sums, filters);
  else triplesFirst1At<Anywhere>(weights, table, sums, filters);
}

@inline
function triplesFirst1At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 32) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
  }
}

export function triplesNext1(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) triplesNext1At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) triplesNext1At<Second>(weights, table, sums, filters);
  else triplesNext1At<Anywhere>(weights, table, sums, filters);
}

@inline
function triplesNext1At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 32) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    }
  }
}

export function triplesFirst2(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) triplesFirst2At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) triplesFirst2At<Second>(weights, table, sums, filters);
  else triplesFirst2At<Anywhere>(weights, table, sums, filters);
}

@inline
function triplesFirst2At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
}

export function triplesNext2(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) triplesNext2At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) triplesNext2At<Second>(weights, table, sums, filters);
  else triplesNext2At<Anywhere>(weights, table, sums, filters);
}

@inline
function triplesNext2At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 1; filters -= 2, weights += 36, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 18);
    const a1 = (base ? 0 : table) + load<u16>(weights, 20);
    const a2 = (base ? 0 : table) + load<u16>(weights, 22);
    const a3 = (base ? 0 : table) + load<u16>(weights, 24);
    const a4 = (base ? 0 : table) + load<u16>(weights, 26);
    const a5 = (base ? 0 : table) + load<u16>(weights, 28);
    const a6 = (base ? 0 : table) + load<u16>(weights, 30);
    const a7 = (base ? 0 : table) + load<u16>(weights, 32);
    const a8 = (base ? 0 : table) + load<u16>(weights, 34);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
  for (; filters > 0; filters -= 1, weights += 18, sums += 64) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    }
  }
}

export function triplesFirst3(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) triplesFirst3At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) triplesFirst3At<Second>(weights, table, sums, filters);
  else triplesFirst3At<Anywhere>(weights, table, sums, filters);
}

@inline
function triplesFirst3At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 96) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    }
  }
}

export function triplesNext3(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (!ASC_FEATURE_THREADS || table == TABLES) triplesNext3At<First>(weights, table, sums, filters);
  else if (table == SECOND_TABLES) triplesNext3At<Second>(weights, table, sums, filters);
  else triplesNext3At<Anywhere>(weights, table, sums, filters);
}

@inline
function triplesNext3At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 96) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    }
  }
}

export function triplesFirst4(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) triplesFirst4At<Anywhere>(weights, table, sums, filters);
  else triplesFirst4At<First>(weights, table, sums, filters);
}

@inline
function triplesFirst4At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48)), v128.load(a2, base + 48));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 48), v128.load(a4, base + 48)), v128.load(a5, base + 48));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48)), v128.load(a8, base + 48));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
}

export function triplesNext4(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) triplesNext4At<Anywhere>(weights, table, sums, filters);
  else triplesNext4At<First>(weights, table, sums, filters);
}

@inline
function triplesNext4At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 128) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48)), v128.load(a2, base + 48));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 48), v128.load(a4, base + 48)), v128.load(a5, base + 48));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48)), v128.load(a8, base + 48));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    }
  }
}

export function triplesFirst7(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) triplesFirst7At<Anywhere>(weights, table, sums, filters);
  else triplesFirst7At<First>(weights, table, sums, filters);
}

@inline
function triplesFirst7At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 224) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48)), v128.load(a2, base + 48));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 48), v128.load(a4, base + 48)), v128.load(a5, base + 48));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48)), v128.load(a8, base + 48));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64)), v128.load(a2, base + 64));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 64), v128.load(a4, base + 64)), v128.load(a5, base + 64));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64)), v128.load(a8, base + 64));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80)), v128.load(a2, base + 80));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 80), v128.load(a4, base + 80)), v128.load(a5, base + 80));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80)), v128.load(a8, base + 80));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96)), v128.load(a2, base + 96));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 96), v128.load(a4, base + 96)), v128.load(a5, base + 96));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96)), v128.load(a8, base + 96));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    }
  }
}

export function triplesNext7(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) triplesNext7At<Anywhere>(weights, table, sums, filters);
  else triplesNext7At<First>(weights, table, sums, filters);
}

@inline
function triplesNext7At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 224) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48)), v128.load(a2, base + 48));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 48), v128.load(a4, base + 48)), v128.load(a5, base + 48));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48)), v128.load(a8, base + 48));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64)), v128.load(a2, base + 64));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 64), v128.load(a4, base + 64)), v128.load(a5, base + 64));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64)), v128.load(a8, base + 64));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 128));
    h = i8x16.add(h, v128.load(sums, 144));
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80)), v128.load(a2, base + 80));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 80), v128.load(a4, base + 80)), v128.load(a5, base + 80));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80)), v128.load(a8, base + 80));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 160));
    h = i8x16.add(h, v128.load(sums, 176));
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96)), v128.load(a2, base + 96));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 96), v128.load(a4, base + 96)), v128.load(a5, base + 96));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96)), v128.load(a8, base + 96));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 192));
    h = i8x16.add(h, v128.load(sums, 208));
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    }
  }
}

export function triplesFirst9(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) triplesFirst9At<Anywhere>(weights, table, sums, filters);
  else triplesFirst9At<First>(weights, table, sums, filters);
}

@inline
function triplesFirst9At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 288) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48)), v128.load(a2, base + 48));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 48), v128.load(a4, base + 48)), v128.load(a5, base + 48));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48)), v128.load(a8, base + 48));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64)), v128.load(a2, base + 64));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 64), v128.load(a4, base + 64)), v128.load(a5, base + 64));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64)), v128.load(a8, base + 64));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80)), v128.load(a2, base + 80));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 80), v128.load(a4, base + 80)), v128.load(a5, base + 80));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80)), v128.load(a8, base + 80));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96)), v128.load(a2, base + 96));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 96), v128.load(a4, base + 96)), v128.load(a5, base + 96));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96)), v128.load(a8, base + 96));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 112), v128.load(a1, base + 112)), v128.load(a2, base + 112));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 112), v128.load(a4, base + 112)), v128.load(a5, base + 112));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 112), v128.load(a7, base + 112)), v128.load(a8, base + 112));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 224);
    v128.store(sums, h, 240);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 128), v128.load(a1, base + 128)), v128.load(a2, base + 128));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 128), v128.load(a4, base + 128)), v128.load(a5, base + 128));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 128), v128.load(a7, base + 128)), v128.load(a8, base + 128));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    v128.store(sums, s, 256);
    v128.store(sums, h, 272);
    }
  }
}

export function triplesNext9(weights: usize, table: usize, sums: usize, filters: u32): void {
  if (ASC_FEATURE_THREADS) triplesNext9At<Anywhere>(weights, table, sums, filters);
  else triplesNext9At<First>(weights, table, sums, filters);
}

@inline
function triplesNext9At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {
  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;
  let s: v128, h: v128;
  for (; filters > 0; filters -= 1, weights += 18, sums += 288) {
    {
    const a0 = (base ? 0 : table) + load<u16>(weights, 0);
    const a1 = (base ? 0 : table) + load<u16>(weights, 2);
    const a2 = (base ? 0 : table) + load<u16>(weights, 4);
    const a3 = (base ? 0 : table) + load<u16>(weights, 6);
    const a4 = (base ? 0 : table) + load<u16>(weights, 8);
    const a5 = (base ? 0 : table) + load<u16>(weights, 10);
    const a6 = (base ? 0 : table) + load<u16>(weights, 12);
    const a7 = (base ? 0 : table) + load<u16>(weights, 14);
    const a8 = (base ? 0 : table) + load<u16>(weights, 16);
    let t0 = i8x16.add(i8x16.add(v128.load(a0, base + 0), v128.load(a1, base + 0)), v128.load(a2, base + 0));
    let t1 = i8x16.add(i8x16.add(v128.load(a3, base + 0), v128.load(a4, base + 0)), v128.load(a5, base + 0));
    let t2 = i8x16.add(i8x16.add(v128.load(a6, base + 0), v128.load(a7, base + 0)), v128.load(a8, base + 0));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 0));
    h = i8x16.add(h, v128.load(sums, 16));
    v128.store(sums, s, 0);
    v128.store(sums, h, 16);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 16), v128.load(a1, base + 16)), v128.load(a2, base + 16));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 16), v128.load(a4, base + 16)), v128.load(a5, base + 16));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 16), v128.load(a7, base + 16)), v128.load(a8, base + 16));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 32));
    h = i8x16.add(h, v128.load(sums, 48));
    v128.store(sums, s, 32);
    v128.store(sums, h, 48);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 32), v128.load(a1, base + 32)), v128.load(a2, base + 32));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 32), v128.load(a4, base + 32)), v128.load(a5, base + 32));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 32), v128.load(a7, base + 32)), v128.load(a8, base + 32));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 64));
    h = i8x16.add(h, v128.load(sums, 80));
    v128.store(sums, s, 64);
    v128.store(sums, h, 80);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 48), v128.load(a1, base + 48)), v128.load(a2, base + 48));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 48), v128.load(a4, base + 48)), v128.load(a5, base + 48));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 48), v128.load(a7, base + 48)), v128.load(a8, base + 48));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 96));
    h = i8x16.add(h, v128.load(sums, 112));
    v128.store(sums, s, 96);
    v128.store(sums, h, 112);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 64), v128.load(a1, base + 64)), v128.load(a2, base + 64));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 64), v128.load(a4, base + 64)), v128.load(a5, base + 64));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 64), v128.load(a7, base + 64)), v128.load(a8, base + 64));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 128));
    h = i8x16.add(h, v128.load(sums, 144));
    v128.store(sums, s, 128);
    v128.store(sums, h, 144);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 80), v128.load(a1, base + 80)), v128.load(a2, base + 80));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 80), v128.load(a4, base + 80)), v128.load(a5, base + 80));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 80), v128.load(a7, base + 80)), v128.load(a8, base + 80));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 160));
    h = i8x16.add(h, v128.load(sums, 176));
    v128.store(sums, s, 160);
    v128.store(sums, h, 176);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 96), v128.load(a1, base + 96)), v128.load(a2, base + 96));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 96), v128.load(a4, base + 96)), v128.load(a5, base + 96));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 96), v128.load(a7, base + 96)), v128.load(a8, base + 96));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 192));
    h = i8x16.add(h, v128.load(sums, 208));
    v128.store(sums, s, 192);
    v128.store(sums, h, 208);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 112), v128.load(a1, base + 112)), v128.load(a2, base + 112));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 112), v128.load(a4, base + 112)), v128.load(a5, base + 112));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 112), v128.load(a7, base + 112)), v128.load(a8, base + 112));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 224));
    h = i8x16.add(h, v128.load(sums, 240));
    v128.store(sums, s, 224);
    v128.store(sums, h, 240);
    t0 = i8x16.add(i8x16.add(v128.load(a0, base + 128), v128.load(a1, base + 128)), v128.load(a2, base + 128));
    t1 = i8x16.add(i8x16.add(v128.load(a3, base + 128), v128.load(a4, base + 128)), v128.load(a5, base + 128));
    t2 = i8x16.add(i8x16.add(v128.load(a6, base + 128), v128.load(a7, base + 128)), v128.load(a8, base + 128));
    s = i8x16.add(i8x16.add(t0, t1), t2);
    h = i8x16.avgr_u(i8x16.avgr_u(v128.and(t0, i8x16.splat(-16)), v128.and(t1, i8x16.splat(-16))), i16x8.shr_u(v128.and(t2, i8x16.splat(-16)), 1));
    h = i16x8.shr_u(h, 2);
    s = i8x16.add(s, v128.load(sums, 256));
    h = i8x16.add(h, v128.load(sums, 272));
    v128.store(sums, s, 256);
    v128.store(sums, h, 272);
    }
  }
}

