/** What WebGPU runs on here. Exits with 0 on a graphics processor, with 3 on a program that imitates one, else with 1. */
import { messageOf } from '../../dist/common/errors.js';
import { describeGpu } from '../../dist/engine/webgpu/describe.js';
import { findAdapter } from '../../dist/engine/webgpu/device.js';

const limits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
] as const;

try {
  const adapter = await findAdapter();
  if (!adapter) throw new Error('WebGPU finds no graphics processor');
  const { vendor, architecture, device, description } = adapter.info;
  console.log([device, description, vendor, architecture].filter((word) => word).join(', '));
  console.log(limits.map((name) => `${name} ${adapter.limits[name]}`).join(', '));
  console.log([...adapter.features].sort().join(' '));
  process.exit((await describeGpu())?.real ? 0 : 3);
} catch (error) {
  console.log(messageOf(error));
  process.exit(1);
}
