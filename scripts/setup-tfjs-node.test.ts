import { describe, expect, it } from 'vitest';
import { compilerArguments, destination, unsupportedReason } from './setup-tfjs-node.mjs';

describe('unsupportedReason', () => {
  it('is none on x86-64 Linux with glibc', () => {
    expect(unsupportedReason({ platform: 'linux', arch: 'x64', glibc: '2.36' })).toBeUndefined();
  });

  it.each([
    { platform: 'darwin', arch: 'arm64', says: 'darwin on arm64: try the ordinary install' },
    { platform: 'win32', arch: 'x64', says: 'win32 on x64: try the ordinary install' },
    { platform: 'linux', arch: 'arm64', glibc: '2.36', says: 'linux on arm64: try the ordinary install' },
    { platform: 'linux', arch: 'x64', says: 'linux on x64 without glibc: ' },
    { platform: 'freebsd', arch: 'x64', says: 'freebsd on x64: ' },
  ])('names $platform on $arch and what works there', ({ says, ...host }) => {
    expect(unsupportedReason(host)).toContain(says);
    expect(unsupportedReason(host)).toContain('BD_EDGE_BACKEND=wasm');
  });
});

describe('destination', () => {
  it.each([
    ['tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'],
    ['tensorflow/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2'],
    ['tensorflow/include/tensorflow/c/c_api.h', 'include/tensorflow/c/c_api.h'],
    ['tensorflow/include/tensorflow/tsl/platform/status.h', 'include/tensorflow/tsl/platform/status.h'],
    ['tensorflow/include/tensorflow/core/platform/ctstring.h', 'include/tensorflow/core/platform/ctstring.h'],
    ['tensorflow_cpu-2.12.1.dist-info/LICENSE', 'LICENSE'],
    ['tensorflow/include/tensorflow/c/', undefined],
    ['tensorflow/include/tensorflow/core/framework/op.h', undefined],
    ['tensorflow/python/_pywrap_tensorflow_internal.so', undefined],
    ['tensorflow/include/external/png/LICENSE', undefined],
  ])('%s goes to %s', (member, expected) => {
    expect(destination(member)).toBe(expected);
  });
});

it('compilerArguments link the library so that it is found beside the binding', () => {
  const args = compilerArguments({
    sources: ['a.cc', 'b.cc'],
    includes: ['/include', '/node'],
    libraryDir: '/deps/lib',
    napiVersion: '8',
    output: 'out.node',
  });
  expect(args.join(' ')).toMatchInlineSnapshot(
    `"-std=c++17 -O2 -fPIC -shared -w -DNAPI_VERSION=8 -I/include -I/node a.cc b.cc -L/deps/lib -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 -Wl,-rpath,$ORIGIN/../../deps/lib -o out.node"`,
  );
});
