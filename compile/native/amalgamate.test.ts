import { describe, expect, test } from 'vitest';
import { amalgamate } from './amalgamate.js';

const HEADER = `/* The header. */
#ifndef A_H
#define A_H
#include <stdint.h>

#define UNUSED 7
#define TWO 2
enum { THREE = 3, FOUR };
enum way { UP, DOWN };
struct pair {
  int a, b, help;
  int list[THREE];
};

enum way way_of(int x);
/** Adds two numbers. */
int add(struct pair pair);
int unused(int x);
int other(int x);
static inline int twice(int x) { return TWO * x; }

#endif
`;
const A = `#include "a.h"

#include <string.h>

/* Not needed, and not attached to what follows. */

/* Helps. */
static int help(int x) { return x + THREE; }

static const char text[] = "struct pair { ( \\" unused";

enum way way_of(int x) { return x ? UP : DOWN; }

int add(struct pair pair) { return way_of(1) + help(pair.a) + twice(pair.b) + text[0]; }

int unused(int x) { return help(x); }

int extra(int x) { return other(x); }
`;
const B = `#include "a.h"
#if defined(FAST)
static int help(int x) {
  return x;
}
#else
static int help(int x) { return -x; }
int other(int x) { return help(x); }
#endif

__attribute__((noinline)) static int inner(int x) { return x; }

int top(int x) { return inner(x) + add((struct pair){.a = help(x), .b = x}); }
`;
const sources = { 'a.h': HEADER, 'a.c': A, 'b-file.c': B };

describe('amalgamate', () => {
  const text = amalgamate(sources, ['top']);

  test('takes what the roots need, after what it needs itself', () => {
    const order = [
      'struct pair {',
      '#define TWO',
      'static int a_help',
      'enum way {',
      'static enum way way_of',
      'static int add(',
      'static int top(',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(text.indexOf('static int add(')).toBeGreaterThan(text.indexOf('static inline int twice'));
    expect(text.indexOf('static int top(')).toBeGreaterThan(text.indexOf('static int add('));
    expect(text).not.toMatch(/UNUSED|int unused|Not needed|include "/);
  });

  test('takes the system headers of the files that it uses', () => {
    expect(text.match(/#include .*/g)).toEqual(['#include <stdint.h>', '#include <string.h>']);
  });

  test('tells local names of two files apart', () => {
    expect(text).toContain('static int a_help(int x) { return x + THREE; }');
    expect(text).toMatch(/#if defined\(FAST\)\nstatic int b_file_help\(int x\) {\n {2}return x;\n}\n#else\n/);
    expect(text).toContain('.a = b_file_help(x)');
  });

  test('keeps the comment of a function, or that of its prototype', () => {
    expect(text).toContain('/* Helps. */\nstatic int a_help');
    expect(text).toContain('/** Adds two numbers. */\nstatic int add');
  });

  test('adds static where it is missing', () => {
    expect(text).toContain('\n__attribute__((noinline)) static int inner(int x)');
  });

  test('finds functions between #if and #endif', () => {
    const extra = amalgamate(sources, ['extra']);
    expect(extra).toContain('static int other(int x) { return b_file_help(x); }');
  });

  test('avoids reserved names', () => {
    const renamed = amalgamate(sources, ['top'], ['struct pair']);
    expect(renamed).toContain('struct kernel_pair {');
    expect(renamed).toContain('static int add(struct kernel_pair pair) { return way_of(1) + a_help(pair.a)');
  });

  test.each([
    ['a root without a definition', sources, ['absent']],
    ['two definitions', { ...sources, 'c.c': 'int add(int x) { return x; }' }, ['top']],
    ['an item without an end', { ...sources, 'c.c': 'int add(int x) { return x;' }, ['top']],
  ])('rejects %s', (_, files, roots) => {
    expect(() => amalgamate(files, roots)).toThrow(SyntaxError);
  });
});
