/** What the program is made of, as the about box names it. A spec compares the licences with those of the installed packages. */
export const PARTS: readonly { readonly name: string; readonly package: string; readonly licence: string }[] = [
  { name: 'Vue', package: 'vue', licence: 'MIT' },
  { name: 'Pinia', package: 'pinia', licence: 'MIT' },
  { name: 'Reka UI', package: 'reka-ui', licence: 'MIT' },
  { name: 'VueUse', package: '@vueuse/core', licence: 'MIT' },
  { name: 'uPlot', package: 'uplot', licence: 'MIT' },
  { name: 'vtk.js', package: '@kitware/vtk.js', licence: 'BSD-3-Clause' },
  { name: 'ONNX Runtime', package: 'onnxruntime-node', licence: 'MIT' },
  { name: 'better-sqlite3', package: 'better-sqlite3', licence: 'MIT' },
  { name: 'Hono', package: 'hono', licence: 'MIT' },
  { name: 'zod', package: 'zod', licence: 'MIT' },
  { name: 'zarrita', package: 'zarrita', licence: 'MIT' },
  { name: 'meshoptimizer', package: 'meshoptimizer', licence: 'MIT' },
  { name: 'HDF5 by h5wasm', package: 'h5wasm', licence: 'terms of NIST and of the HDF Group' },
];
