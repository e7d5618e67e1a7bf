/** A device of the graphics processor, with all that it can do. */
import { openGpu } from '#platform';
import { UserError } from '../../common/errors.js';

/** What adapters that only pretend to be a graphics processor are called. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/** What shaders ask for; devices have little unless asked. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxStorageBuffersPerShaderStage',
] as const;

/** @param flags for Dawn, Node's WebGPU: `backend=null` checks shaders and runs none */
export async function findAdapter(flags?: readonly string[]): Promise<GPUAdapter | undefined> {
  const gpu = await openGpu(flags);
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;
}

/** @throws UserError where there is no graphics processor */
export async function openDevice(flags?: readonly string[]) {
  const adapter = await findAdapter(flags);
  if (!adapter) {
    throw new UserError('the webgpu engine found no graphics processor here: use another engine');
  }
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures: GPUFeatureName[] = adapter.features.has('timestamp-query')
    ? ['timestamp-query']
    : [];
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  return { device, name: nameOf(adapter), real: isReal(adapter) };
}

/** Makers that browsers write in small letters. */
const MAKERS: Readonly<Record<string, string>> = {
  ...{ nvidia: 'NVIDIA', amd: 'AMD', intel: 'Intel', apple: 'Apple', arm: 'Arm' },
  qualcomm: 'Qualcomm',
};

export function nameOf({ info }: GPUAdapter): string {
  const maker = MAKERS[info.vendor] ?? info.vendor;
  return info.device || info.description || [maker, info.architecture].join(' ').trim() || 'GPU';
}

export function isReal(adapter: GPUAdapter): boolean {
  const { info } = adapter;
  const said = [info.vendor, info.architecture, info.device, info.description].join(' ');
  return !info.isFallbackAdapter && !SOFTWARE.test(said);
}
