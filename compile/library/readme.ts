import { type NetworkCode, networkMacros } from '../native/network-code.js';
import { takesPictures } from './picture.js';

/** An estimate of a network on a board. */
export interface BoardEstimate {
  board: string;
  millisecondsPerImage: number;
}

const format = (value: number) => value.toLocaleString('en-US');

/** Returns the README of a library. */
export function readme(code: NetworkCode, sentence: string, estimates: readonly BoardEstimate[]): string {
  const { model, prefix, plan, constantBytes } = code;
  const { arena } = networkMacros(code);
  const times = estimates.map(
    ({ board, millisecondsPerImage }) =>
      `| time per image on ${board} | ${millisecondsPerImage.toPrecision(3)} ms, estimated |\n`,
  );
  const license = model.metadata?.license;
  return `# ${prefix}
${sentence}. Made by \`bd-edge library\`.

| | |
| --- | --- |
| RAM | ${format(plan.bytes)} bytes for the arena, ${4 + 4 * 5} for each \`struct ${prefix}\`, about 1,000 of stack |
| flash | ${format(constantBytes)} bytes of constants; the code comes on top |
${times.join('')}
## Install
| system | |
| --- | --- |
| Arduino IDE | Sketch > Include Library > Add .ZIP Library, and choose the archive of \`bd-edge library --for arduino\`; then File > Examples > ${prefix} > SelfTest |
| PlatformIO | copy this folder to \`lib/\` of your project |
| ESP-IDF | copy this folder to \`components/\` of your project, and add \`REQUIRES ${prefix}\` to \`idf_component_register\` of \`main\` |
| Zephyr | \`west build -- -DZEPHYR_EXTRA_MODULES=/path/to/${prefix}\`, with \`CONFIG_${prefix.toUpperCase()}=y\` in \`prj.conf\` |
| CMake | \`add_subdirectory(${prefix})\`, or install it and \`find_package(${prefix})\`; link \`${prefix}::${prefix}\` |
| others | compile \`src/*.c\` with \`src\` as an include folder |

Run the example SelfTest first. It prints \`different logits: 0\`.

## Use
\`\`\`c
#include "${prefix}.h"
#include <string.h>

static uint32_t arena[${arena} / 4];
static struct ${prefix} network;

void setup(void) { ${prefix}_init(&network, arena); }

uint32_t classify(const uint8_t *image) {
  memcpy(${prefix}_input(&network), image, ${prefix.toUpperCase()}_INPUT_BYTES); /* before each run */
  return ${prefix}_run(&network);
}
\`\`\`

- \`src/${prefix}.h\` describes all functions. It can be used from C++.
- \`${prefix}_run_some\` computes a bounded piece, for event loops and watchdogs.
${
  takesPictures(code)
    ? `- \`${prefix}_put_picture\` scales and converts a picture: gray, RGB888, RGB565 or YUYV.\n`
    : ''
}- Several libraries of bd-edge in one program share their kernels, if they were made by the same version and need the same ones.
- \`-DBD_EDGE_FAST='__attribute__((section(".ramfunc")))'\` moves the loops to a section that your linker script places in RAM.
- On AVR the constants stay in flash, and those of an op are copied to the arena when it runs. \`-DBD_EDGE_FLASH=0\` keeps all in RAM.

## License
The C code has the license in \`LICENSE\`.${license === undefined ? '' : ` The license of the network is: ${license.replace(/[^\w .,:;/()+-]/g, ' ')}.`}
`;
}
