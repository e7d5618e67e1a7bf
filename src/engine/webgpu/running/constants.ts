/** Flags of the WebGPU specification, which are numbers everywhere but have no names in Node. */
export const USAGE = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;

/** GPUMapMode.READ. */
export const READ = 1;

/** GPUShaderStage.COMPUTE. */
export const COMPUTE = 4;
