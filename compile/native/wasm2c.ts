import { CompileError } from '../errors.js';

/** What wasm2c writes: a header, and a source that includes it. */
export interface Wasm2cOutput {
  header: string;
  source: string;
}

/** Runs wasm2c, of npm's wabt {@link WABT_VERSION}, on a module that is to be named `MODULE_NAME`. */
export type Wasm2c = (wasm: Uint8Array, name: string) => Promise<Wasm2cOutput>;

/** The release whose output is known here: another one may write something else. */
export const WABT_VERSION = '1.0.39';

/** In every name that wasm2c makes. All of them are `static`, so that several modules go into one program. */
export const MODULE_NAME = 'code';

/** A function that a module exports or imports: the types of its parameters and its result, as C has them. */
export interface CFunction {
  name: string;
  parameters: string[];
  result: string;
}

/** A module's code as C that stands behind `RUNTIME`: `w2c_code`, its instance, and static functions. */
export interface ModuleCode {
  code: string;
  exports: CFunction[];
  /** Functions that the module imports: the code calls them as `import_NAME`. */
  imports: CFunction[];
}

const DECLARATION =
  /^(u32|u64|void) w2c_(code|board)_(\w+)\((?:w2c_code|struct w2c_board)\*(?:, )?(.*)\);$/gm;

/**
 * Takes what wasm2c wrote out of its own opening, which is for every machine and every instruction, and makes all names
 * its own.
 *
 * @throws {CompileError} if it is not what wasm2c is known to write
 */
export function takeModule({ header, source }: Wasm2cOutput): ModuleCode {
  const body = /^static \w+ w2c_code_/m.exec(source);
  const instance = /^(?:struct w2c_board;\n+)?typedef struct w2c_code {[^}]*} w2c_code;\n/m.exec(header);
  const functions = Array.from(header.matchAll(DECLARATION), ([, result, module, name, parameters]) => ({
    module,
    name,
    parameters: parameters === '' ? [] : parameters.split(', '),
    result,
  }));
  if (!body || !instance || functions.length === 0) throw unknown();
  const own = functions.filter(({ module }) => module === 'code');
  const imports = functions.filter(({ module }) => module === 'board');
  const code = source
    .slice(body.index)
    // What is for tables of functions, for segment registers and for threads.
    .replace(/^FUNC_TYPE_T.*\n/gm, '')
    .replace(/^wasm_rt_func_type_t [^]*?^}\n/m, '')
    .replace(/^wasm_rt_memory_t\* [^]*?^}\n/m, '')
    .replace(
      /^#if WASM_RT_USE_SEGUE_FOR_THIS_MODULE.*\n(?:#if .*\n(?:[^#].*\n)*#endif\n|[^#].*\n)*#endif\n/gm,
      '',
    )
    .replace(/^ *assert\(wasm_rt_is_initialized\(\)\);\n/m, '')
    .replace(/^void wasm2c_code_/gm, 'static void wasm2c_code_')
    .replaceAll('instance->w2c_board_instance, ', '')
    .replaceAll('w2c_board_instance', 'board')
    .replaceAll('w2c_board_', 'import_');
  if (/WASM_RT|FUNC_TYPE|RANGE_CHECK|wasm_rt_func/.test(code)) throw unknown();
  const declarations = [
    instance[0].replace('w2c_board_instance', 'board'),
    ...own.map(
      ({ name, parameters, result }) =>
        `static ${result} w2c_code_${name}(${['w2c_code*', ...parameters].join(', ')});\n`,
    ),
  ];
  return { code: `${declarations.join('')}\n${code}`, exports: own, imports };
}

/** A function's declaration, in the types of stdint.h. */
export function declare({ name, parameters, result }: CFunction, names: readonly string[] = []): string {
  const list = parameters.map(
    (type, i) => `${standard(type)}${names[i] === undefined ? '' : ` ${names[i]}`}`,
  );
  return `${standard(result)} ${name}(${list.join(', ') || 'void'})`;
}

function standard(type: string): string {
  return type.replace(/^u(\d+)$/, 'uint$1_t');
}

function unknown(): CompileError {
  return new CompileError(
    `This release of wabt writes C that is not known here; run \`npm install wabt@${WABT_VERSION}\`.`,
  );
}
