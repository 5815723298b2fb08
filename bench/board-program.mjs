// Programs of firmware/bench on emulated boards.

/** Returns the path of the image that the board's emulator loads. */
export function imageOf(board, folder) {
  return `${folder}/firmware.${board.name === 'pico' ? 'bin' : 'elf'}`;
}

/** @returns a function that reads the next line of a board's output */
export function linesOf(transport) {
  let text = '';
  let look = () => {};
  transport.onData((bytes) => {
    text += new TextDecoder().decode(bytes);
    look();
  });
  return () =>
    new Promise((resolve) => {
      look = () => {
        const end = text.indexOf('\n');
        if (end < 0) return;
        resolve(text.slice(0, end));
        text = text.slice(end + 1);
        look = () => {};
      };
      look();
    });
}
