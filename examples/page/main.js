import { load } from '@bd-edge/sdk';

const output = document.querySelector('output');
try {
  const network = await load('stripes.bdm');
  const { height, width } = network.input;
  const boxes = Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    const box = Object.assign(document.createElement('input'), {
      type: 'checkbox',
      checked: row % 2 === 1,
      ariaLabel: `row ${row + 1}, column ${column + 1}`,
    });
    box.addEventListener('change', show);
    return box;
  });
  document.querySelector('.pixels').append(...boxes);
  show();

  function show() {
    const pixels = Uint8Array.from(boxes, (box) => (box.checked ? 255 : 0));
    const started = performance.now();
    const { className, logits } = network.run(pixels);
    const milliseconds = (performance.now() - started).toFixed(1);
    output.value = `${className} (${logits.join(', ')}), in ${milliseconds} ms on the ${network.build} build`;
  }
} catch (error) {
  output.value = error.message;
}
