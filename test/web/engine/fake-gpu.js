/**
 * Stands in for WebGPU in a worker of the page: a graphics processor of a well-known maker that computes nothing. All its
 * answers are zeros, at once. A script to be put before the worker's own.
 * @param {'at once' | 'in training' | undefined} fails
 */
// biome-ignore lint/correctness/noUnusedVariables: what is put before the worker calls it
function fakeGpu(fails) {
  const limits = {
    ...{ maxComputeWorkgroupStorageSize: 32768, maxComputeInvocationsPerWorkgroup: 256 },
    ...{ maxComputeWorkgroupSizeX: 256, maxStorageBuffersPerShaderStage: 10 },
    ...{ maxStorageBufferBindingSize: 2 ** 30, maxBufferSize: 2 ** 30 },
  };
  let uploads = 0;
  let batches = 0;
  let lose = () => {};
  const lost = new Promise((resolve) => {
    lose = () => resolve({ reason: 'unknown', message: 'the driver has gone' });
  });
  /** Weights come for the measurement, and again for the training. */
  const isGone = () => fails === 'in training' && uploads > 1 && batches > 5;
  const queue = {
    writeBuffer({ label }) {
      if (label === 'moments') [uploads, batches] = [uploads + 1, 0];
    },
    submit() {
      batches++;
      if (isGone()) lose();
    },
  };
  const createBuffer = ({ size, label }) => ({
    ...{ size, label },
    async mapAsync() {
      if (isGone()) throw new DOMException('the device is lost', 'AbortError');
    },
    getMappedRange: (from = 0, bytes = size - from) => new ArrayBuffer(bytes),
    ...{ unmap() {}, destroy() {} },
  });
  const pass = { setPipeline() {}, setBindGroup() {}, dispatchWorkgroups() {}, end() {} };
  const encoder = { beginComputePass: () => pass, copyBufferToBuffer() {}, finish() {} };
  const nothing = () => ({});
  const device = {
    ...{ limits, lost, queue, createBuffer, features: new Set() },
    ...{ createShaderModule: nothing, createBindGroup: nothing, createBindGroupLayout: nothing },
    ...{ createPipelineLayout: nothing, createCommandEncoder: () => encoder },
    createComputePipelineAsync: async () => ({ getBindGroupLayout: nothing }),
    ...{ pushErrorScope() {}, destroy() {} },
    popErrorScope: async () => (fails === 'at once' ? { message: 'too little memory' } : null),
  };
  const info = { vendor: 'nvidia', architecture: 'ampere', device: '', description: '' };
  const adapter = { info, limits, features: new Set(), requestDevice: async () => device };
  return { requestAdapter: async () => adapter };
}
