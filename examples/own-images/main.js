// Runs a network on pictures of any size and format: `node main.js a.png b.jpg`. Without arguments, it draws two pictures.
//
// To train a network on your own pictures, put them into a folder for each class:
// `npx bd-edge train --data pictures/ --recipe mnist --batch 16 --epochs 20` (docs/own-images.md).
import { load } from '@bd-edge/sdk';
import sharp from 'sharp';

const network = await load(new URL('stripes.bdm', import.meta.url));
const names = process.argv.slice(2);
const pictures =
  names.length > 0
    ? names.map((name) => [name, name])
    : [
        ['a fence', await drawing('width="10" height="96"')],
        ['shelves', await drawing('width="80" height="12"')],
      ];

for (const [name, picture] of pictures) {
  // Rotated as the camera was held. The number of bytes tells whether it is gray, RGB or RGBA.
  const { data, info } = await sharp(picture)
    .rotate()
    .toColorspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const image = { width: info.width, height: info.height, data };
  const [{ className, score }] = network.classify(image);
  console.log(`${name}, ${info.width} x ${info.height}: ${className} (score ${score.toFixed(2)})`);
}

/** Draws a PNG of 80 x 96 pixels with black and white stripes. */
function drawing(stripe) {
  const across = stripe.includes('"96"');
  const stripes = Array.from({ length: 4 }, (_, i) => {
    const at = across ? `x="${20 * i + 10}"` : `y="${24 * i + 12}"`;
    return `<rect ${at} ${stripe} fill="white"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="96"><rect width="80" height="96"/>${stripes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
