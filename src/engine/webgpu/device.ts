/** The graphics processor: which one there is, and a device with all that it can do. */
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

/** The graphics processor of this machine. */
export interface Gpu {
  /** Browsers give the maker and the kind at most, such as `NVIDIA ampere`; where they give nothing it is `GPU`. */
  readonly name: string;
  /** False where a program on the CPU imitates one: training would be slower with it than without. */
  readonly real: boolean;
}

/**
 * The graphics processor that the backend `webgpu` would compute on:
 *
 * ```ts
 * const gpu = await describeGpu(); // { name: 'NVIDIA H100 80GB HBM3', real: true }
 * const engine = await createEngine(config, { kind: gpu?.real ? 'webgpu' : fastestKind() });
 * ```
 * @returns undefined where there is none, or where Node has no package webgpu
 */
export async function describeGpu(): Promise<Gpu | undefined> {
  try {
    const adapter = await findAdapter();
    return adapter && { name: nameOf(adapter), real: isReal(adapter) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

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

function nameOf({ info }: GPUAdapter): string {
  const maker = MAKERS[info.vendor] ?? info.vendor;
  return info.device || info.description || [maker, info.architecture].join(' ').trim() || 'GPU';
}

function isReal(adapter: GPUAdapter): boolean {
  const { info } = adapter;
  const said = [info.vendor, info.architecture, info.device, info.description].join(' ');
  return !info.isFallbackAdapter && !SOFTWARE.test(said);
}
