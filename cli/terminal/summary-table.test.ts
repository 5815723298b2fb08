import { readFileSync } from 'node:fs';
import { account, buildNetwork, createNetwork, readNetworkSpec, selectBackend } from '@bd-edge/trainer';
import { decoupledArchitecture } from '@bd-edge/trainer/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { summaryTable } from './summary-table.js';

beforeAll(async () => {
  await selectBackend();
});

const page = readFileSync(new URL('../../docs/networks.md', import.meta.url), 'utf8');
const recipes = [...page.matchAll(/```json\n(.+?)```/gs)].map(([, text]) => readNetworkSpec(text));

/** Removes the padding of the last column. */
const trimmed = (text: string) => text.replaceAll(/ +$/gm, '');

describe('the printed table', () => {
  test('for a decoupled network', () => {
    const network = createNetwork('mnist', 0, { variant: 'decoupled', width: 0.5, initial: 'zeros' });
    expect(`\n${trimmed(summaryTable(account(network)))}\n`).toMatchInlineSnapshot(`
      "
      layer            type                input                      output        weights      bytes  binary MACs  float MACs  not binary
      conv1            Int8Conv2D          28 x 28 x 1                28 x 28 x 8   72 int8         72            0      56,448  int8 weights, pixels in
      pool1            MaxPooling2D        28 x 28 x 8                14 x 14 x 8                    0            0           0
      norm1_first      BatchNormalization  14 x 14 x 8                14 x 14 x 8                  128            0           0
      ternary1_first   BinaryActivation    14 x 14 x 8                14 x 14 x 8                    0            0           0
      norm1_second     BatchNormalization  14 x 14 x 8                14 x 14 x 8                  128            0           0
      ternary1_second  BinaryActivation    14 x 14 x 8                14 x 14 x 8                    0            0           0
      ternary1_joined  Concatenate         14 x 14 x 8 + 14 x 14 x 8  14 x 14 x 16                   0            0           0
      conv2            BinaryConv2D        14 x 14 x 16               14 x 14 x 12  1,728 1-bit    216      338,688           0
      pool2            MaxPooling2D        14 x 14 x 12               7 x 7 x 12                     0            0           0
      norm2_first      BatchNormalization  7 x 7 x 12                 7 x 7 x 12                   192            0           0
      ternary2_first   BinaryActivation    7 x 7 x 12                 7 x 7 x 12                     0            0           0
      norm2_second     BatchNormalization  7 x 7 x 12                 7 x 7 x 12                   192            0           0
      ternary2_second  BinaryActivation    7 x 7 x 12                 7 x 7 x 12                     0            0           0
      ternary2_joined  Concatenate         7 x 7 x 12 + 7 x 7 x 12    7 x 7 x 24                     0            0           0
      conv3            BinaryConv2D        7 x 7 x 24                 7 x 7 x 16    3,456 1-bit    432      169,344           0
      pool3            MaxPooling2D        7 x 7 x 16                 3 x 3 x 16                     0            0           0
      norm3_first      BatchNormalization  3 x 3 x 16                 3 x 3 x 16                   256            0           0
      ternary3_first   BinaryActivation    3 x 3 x 16                 3 x 3 x 16                     0            0           0
      norm3_second     BatchNormalization  3 x 3 x 16                 3 x 3 x 16                   256            0           0
      ternary3_second  BinaryActivation    3 x 3 x 16                 3 x 3 x 16                     0            0           0
      ternary3_joined  Concatenate         3 x 3 x 16 + 3 x 3 x 16    3 x 3 x 32                     0            0           0
      flatten          Flatten             3 x 3 x 32                 288                            0            0           0
      logits           Int8Dense           288                        10            2,880 int8   2,920            0       2,880  int8 weights

      weights        8,136: 5,184 1-bit in 648 bytes, 2,952 int8 in 2,952 bytes
      parameters     298 in norms and biases: 1,192 bytes
      binary MACs    508,032 per image; a ternary activation counts as two bits
      float MACs     59,328 per image; includes int8 layers, and 1-bit weights on inputs that are not bits
      weighted cost  67,266 = float MACs + binary MACs / 64
      "
    `);
  });

  test('for a decoupled residual network with an int8 shortcut', () => {
    const network = decoupledArchitecture(buildNetwork(recipes[1], 0, { initial: 'zeros' }));
    expect(`\n${trimmed(summaryTable(account(network)))}\n`).toMatchInlineSnapshot(`
      "
      layer                   type                    input                        output        weights      bytes  binary MACs  float MACs  not binary
      int8_conv1              Int8Conv2D              32 x 32 x 3                  32 x 32 x 16  432 int8       432            0     442,368  int8 weights, pixels in
      norm1_first             BatchNormalization      32 x 32 x 16                 32 x 32 x 16                 256            0           0
      fixed_point1_first      FixedPoint              32 x 32 x 16                 32 x 32 x 16                   0            0           0  fixed point
      ternary1_first          BinaryActivation        32 x 32 x 16                 32 x 32 x 16                   0            0           0
      norm1_second            BatchNormalization      32 x 32 x 16                 32 x 32 x 16                 256            0           0
      fixed_point1_second     FixedPoint              32 x 32 x 16                 32 x 32 x 16                   0            0           0  fixed point
      ternary1_second         BinaryActivation        32 x 32 x 16                 32 x 32 x 16                   0            0           0
      ternary1_joined         Concatenate             32 x 32 x 16 + 32 x 32 x 16  32 x 32 x 32                   0            0           0
      binary_conv1            BinaryConv2D            32 x 32 x 32                 32 x 32 x 16  4,608 1-bit    576    4,718,592           0
      norm2_first             BatchNormalization      32 x 32 x 16                 32 x 32 x 16                 256            0           0
      residual1_first         FixedPointAdd           32 x 32 x 16 + 32 x 32 x 16  32 x 32 x 16                   0            0           0  fixed point
      ternary2_first          BinaryActivation        32 x 32 x 16                 32 x 32 x 16                   0            0           0
      norm2_second            BatchNormalization      32 x 32 x 16                 32 x 32 x 16                 256            0           0
      residual1_second        FixedPointAdd           32 x 32 x 16 + 32 x 32 x 16  32 x 32 x 16                   0            0           0  fixed point
      ternary2_second         BinaryActivation        32 x 32 x 16                 32 x 32 x 16                   0            0           0
      ternary2_joined         Concatenate             32 x 32 x 16 + 32 x 32 x 16  32 x 32 x 32                   0            0           0
      binary_conv2            BinaryConv2D            32 x 32 x 32                 16 x 16 x 24  6,912 1-bit    864    1,769,472           0
      norm3                   BatchNormalization      16 x 16 x 24                 16 x 16 x 24                 384            0           0
      residual1_mean          Average                 32 x 32 x 16 + 32 x 32 x 16  32 x 32 x 16                   0            0           0  full precision
      residual1_mean_rounded  FixedPoint              32 x 32 x 16                 32 x 32 x 16                   0            0           0  fixed point
      average_pool1           AveragePooling2D        32 x 32 x 16                 16 x 16 x 16                   0            0           0  full precision
      fixed_point2            FixedPoint              16 x 16 x 16                 16 x 16 x 16                   0            0           0  fixed point
      int8_conv2              Int8Conv2D              16 x 16 x 16                 16 x 16 x 24  384 int8       384            0      98,304  int8 weights, fixed point in
      norm4                   BatchNormalization      16 x 16 x 24                 16 x 16 x 24                 384            0           0
      fixed_point3            FixedPoint              16 x 16 x 24                 16 x 16 x 24                   0            0           0  fixed point
      residual2               FixedPointAdd           16 x 16 x 24 + 16 x 16 x 24  16 x 16 x 24                   0            0           0  fixed point
      fixed_point_relu1       FixedPointRelu          16 x 16 x 24                 16 x 16 x 24                   0            0           0  fixed point
      global_average_pool1    GlobalAveragePooling2D  16 x 16 x 24                 24                             0            0           0  full precision
      fixed_point4            FixedPoint              24                           24                             0            0           0  fixed point
      int8_dense1             Int8Dense               24                           10            240 int8       280            0         240  int8 weights, fixed point in

      weights        12,576: 11,520 1-bit in 1,440 bytes, 1,056 int8 in 1,056 bytes
      parameters     458 in norms and biases: 1,832 bytes
      binary MACs    6,488,064 per image; a ternary activation counts as two bits
      float MACs     540,912 per image; includes int8 layers, and 1-bit weights on inputs that are not bits
      weighted cost  642,288 = float MACs + binary MACs / 64
      "
    `);
  });

  test('is the one in docs/networks.md', () => {
    const network = buildNetwork(recipes[0], 0, { initial: 'zeros' });
    expect(page).toContain(
      `\n$ bd-edge summary my-network.json\n${trimmed(summaryTable(account(network)))}\n`,
    );
  });
});
