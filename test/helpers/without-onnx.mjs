// Preloaded (--import) in a child process: onnxruntime-node fails to load with the code in ONNX_FAILS.

import { register } from 'node:module';

const failing = `throw Object.assign(new Error('onnxruntime-node is not here'), { code: ${JSON.stringify(process.env.ONNX_FAILS)} })`;
const url = `data:text/javascript,${encodeURIComponent(failing)}`;
const hooks = `export async function resolve(specifier, context, next) {
  if (specifier !== 'onnxruntime-node') return next(specifier, context);
  return { url: ${JSON.stringify(url)}, format: 'module', shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
