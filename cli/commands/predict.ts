import { Command, Option } from 'commander';
import { type PredictOptions, predictPictures } from '../actions/predict.js';
import { MODEL_ARGUMENT } from '../models.js';
import {
  baudOption,
  corruptOption,
  jsonOption,
  parsedOption,
  portOption,
  positiveInteger,
} from '../options/options.js';

export const predict = new Command('predict')
  .description('classify pictures: class and scores of each file')
  .argument('<model>', MODEL_ARGUMENT)
  .argument('<files...>', 'pictures and folders of pictures; - reads a list of paths from standard input')
  .addOption(parsedOption('--top <number>', 'number of classes per picture', positiveInteger).default(3))
  .addOption(corruptOption())
  .addOption(portOption())
  .addOption(baudOption())
  .addOption(new Option('--deploy', 'deployment of the model to the board before; always on with sim:'))
  .addOption(new Option('--csv', 'one line of CSV for each picture on standard output').conflicts('json'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge predict model.bdm photo.jpg\n  $ bd-edge predict model.bdm pictures/ --top 1 --csv > classes.csv\n' +
      '  $ find . -name "*.png" | bd-edge predict model.bdm -\n  $ bd-edge predict model.bdm photo.jpg --port /dev/ttyUSB0',
  )
  .action((model: string, files: string[], options: PredictOptions) =>
    predictPictures(model, files, options),
  );
