// `npm run plot:surrogates`: draws docs/surrogates.svg with the built trainer.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plotSurrogates } from '@bd-edge/trainer/internal';

writeFileSync(fileURLToPath(new URL('../docs/surrogates.svg', import.meta.url)), await plotSurrogates());
