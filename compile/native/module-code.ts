import { MissingDependencyError } from '@bd-edge/sdk/internal';

/** The output of wasm2c: a header, and a source that includes it. */
export interface Wasm2cOutput {
  header: string;
  source: string;
}

/** The release of wabt whose output `takeModule` can read. */
export const WABT_VERSION = '1.0.39';

/** The module's name in wasm2c's identifiers. All of them are `static`: several modules fit into one program. */
export const MODULE_NAME = 'code';

/** An exported or imported function of a module: C types of its parameters and of its result. */
export interface CFunction {
  name: string;
  parameters: string[];
  result: string;
}

/** A module's code as C, to be placed after `RUNTIME`: `w2c_code`, its instance, and static functions. */
export interface ModuleCode {
  code: string;
  exports: CFunction[];
  /** Functions that the module imports: the code calls them as `import_NAME`. */
  imports: CFunction[];
}

const DECLARATION =
  /^(u32|u64|void) w2c_(code|board)_(\w+)\((?:w2c_code|struct w2c_board)\*(?:, )?(.*)\);$/gm;

/**
 * Extracts a module's code from the output of wasm2c: removes wasm2c's own preamble, which covers all machines and
 * instructions, and makes all names static.
 *
 * @throws {MissingDependencyError} if the output is not that of wabt {@link WABT_VERSION}
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
    // Support for function tables, segment registers and threads.
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

/** Returns a function's declaration with the types of stdint.h. */
export function declare({ name, parameters, result }: CFunction, names: readonly string[] = []): string {
  const list = parameters.map(
    (type, i) => `${standard(type)}${names[i] === undefined ? '' : ` ${names[i]}`}`,
  );
  return `${standard(result)} ${name}(${list.join(', ') || 'void'})`;
}

function standard(type: string): string {
  return type.replace(/^u(\d+)$/, 'uint$1_t');
}

function unknown(): MissingDependencyError {
  return new MissingDependencyError(
    'wabt',
    `The installed wabt generates unknown C; expected wabt ${WABT_VERSION}: reinstall @bd-edge/compile.`,
  );
}
