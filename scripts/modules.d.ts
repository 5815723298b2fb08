// Modules that only some commands install, for the check of types of plain JavaScript (tsconfig.tools.json).
declare module 'onnxruntime-node';
declare module 'onnxruntime-web';
declare module 'protobufjs';
declare module 'typedoc';
declare module '*.bdm';
