import type { NetworkCode } from '../native/network-code.js';
import { takesPictures } from './picture.js';

/** Returns the example programs of a library, by path in its folder. */
export function examples(code: NetworkCode): Record<string, string> {
  return {
    'examples/SelfTest/SelfTest.ino': selfTest(code),
    'examples/SensorLoop/SensorLoop.ino': sensorLoop(code),
    ...(takesPictures(code) && { 'examples/CameraFrame/CameraFrame.ino': cameraFrame(code) }),
    'examples/c/main.c': mainInC(code),
    'examples/c/CMakeLists.txt': cmakeOfExample(code),
  };
}

const memory = ({ prefix, macros }: NetworkCode) =>
  `static uint32_t arena[${macros}_ARENA_BYTES / 4];\nstatic struct ${prefix} network;\n`;

/** Returns the lines that print the class of a finished run. */
function printClass({ prefix, classNames }: NetworkCode): string {
  const index = `${prefix}_class_index(&network)`;
  const name = classNames.prototype === '' ? index : `${prefix}_class_name(${index})`;
  return `  Serial.print(${name});
  Serial.print(' ');
  Serial.println(${prefix}_score(&network, ${index})); // in 1/1000
`;
}

function selfTest(code: NetworkCode): string {
  const { prefix } = code;
  return `// Prints how many logits differ from those that the computer found: 0 if all is well.
#include <${prefix}.h>

${memory(code)}
void setup() {
  Serial.begin(115200);
  ${prefix}_init(&network, arena);
}

void loop() {
  const unsigned long start = micros();
  const unsigned different = ${prefix}_self_test(&network);
  Serial.print("different logits: ");
  Serial.print(different);
  Serial.print(", microseconds for two images: ");
  Serial.println(micros() - start);
  delay(1000);
}
`;
}

function sensorLoop(code: NetworkCode): string {
  const { prefix, macros } = code;
  return `// Collects samples and classifies them. No call takes long, so that loop() can do other things too.
#include <${prefix}.h>

${memory(code)}static uint8_t *input;
static uint32_t samples;

void setup() {
  Serial.begin(115200);
  ${prefix}_init(&network, arena);
  input = ${prefix}_input(&network);
}

void loop() {
  if (samples < ${macros}_INPUT_BYTES) {
    input[samples++] = analogRead(A0) >> 2; // a sensor, as 0 to 255, as in the training data
    return;
  }
  if (!${prefix}_run_some(&network, 1)) return;
${printClass(code)}  input = ${prefix}_input(&network);
  samples = 0;
}
`;
}

function cameraFrame(code: NetworkCode): string {
  const { prefix, macros } = code;
  return `// Classifies pictures of a camera. Replace camera_frame() by what your camera's library has.
#include <${prefix}.h>

enum { WIDTH = 32, HEIGHT = 24 };

${memory(code)}static uint16_t frame[HEIGHT * WIDTH];

// Draws a white square on black.
static const uint16_t *camera_frame() {
  for (int i = 0; i < HEIGHT * WIDTH; i++) {
    const int x = i % WIDTH, y = i / WIDTH;
    frame[i] = x > 8 && x < 24 && y > 4 && y < 20 ? 0xffff : 0;
  }
  return frame;
}

void setup() {
  Serial.begin(115200);
  ${prefix}_init(&network, arena);
}

void loop() {
  struct ${prefix}_picture picture = {};
  picture.pixels = camera_frame();
  picture.format = ${macros}_RGB565;
  picture.width = WIDTH;
  picture.height = HEIGHT;
  if (!${prefix}_put_picture(&network, &picture)) return;
  ${prefix}_run(&network);
${printClass(code)}  delay(100);
}
`;
}

function mainInC(code: NetworkCode): string {
  const { prefix } = code;
  return `/* Prints how many logits differ from those that the computer found: 0 if all is well. */
#include <${prefix}.h>
#include <stdio.h>

${memory(code)}
int main(void) {
  ${prefix}_init(&network, arena);
  const unsigned different = ${prefix}_self_test(&network);
  printf("different logits: %u\\n", different);
  return different != 0;
}
`;
}

function cmakeOfExample({ prefix }: NetworkCode): string {
  return `cmake_minimum_required(VERSION 3.13)
project(${prefix}_self_test LANGUAGES C)
find_package(${prefix} REQUIRED)
add_executable(self_test main.c)
target_link_libraries(self_test ${prefix}::${prefix})
`;
}
