/**
 * The parts of TensorFlow.js that training needs: operations, gradients and layers. The package
 * `@tensorflow/tfjs` also has a WebGL backend, a converter and data pipelines, which would double the size of
 * an installation. Modules are shared: tensors and layers made with `@tensorflow/tfjs` of the same version
 * work here too.
 */
import '@tensorflow/tfjs-backend-cpu';
import './chained-ops.js';

export * from '@tensorflow/tfjs-core';
// Named one by one: bundlers of types cannot tell which of two `export *` a name comes from.
export {
  Callback,
  CallbackList,
  type ClassWeight,
  CustomCallback,
  callbacks,
  constraints,
  EarlyStopping,
  History,
  InputSpec,
  initializers,
  input,
  LayersModel,
  LayerVariable,
  type Logs,
  layers,
  loadLayersModel,
  type ModelCompileArgs,
  type ModelFitArgs,
  metrics,
  model,
  models,
  RNN,
  registerCallbackConstructor,
  regularizers,
  Sequential,
  type Shape,
  SymbolicTensor,
  sequential,
  version_layers,
} from '@tensorflow/tfjs-layers';
