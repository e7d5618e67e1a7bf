/** Has Dawn's null backend check every shader of networks at full size: it validates as all others do, and runs nothing. */
import { openDevice } from '../../../dist/engine/webgpu/device.js';
import { fittingPlan } from '../../../dist/engine/webgpu/plan/plan.js';
import { tuningFor } from '../../../dist/engine/webgpu/plan/tuning.js';
import { layoutOf } from '../../../dist/engine/webgpu/shaders/layout.js';
import { type ModelOptions, modelConfig } from '../../../dist/model/config.js';
import { modelPresets } from '../../../dist/model/presets.js';

const networks: Record<string, ModelOptions> = {
  ...modelPresets,
  lstm: { model: 'lstm' },
  'lstm, flat': { ...modelPresets.flat, model: 'lstm' },
  mlp: { encoder: 'mlp', encoderWidths: [400, 256] },
  strings: { output: 'strings', numClasses: 5, labelLength: 5 },
  '20 classes': { numClasses: 20, familiarity: 'learned' },
  'gated, after the write': { writing: 'gated', nbReads: 2 },
  'direct, before the write': { lookup: 'before-write', nbReads: 2 },
};

const { device } = await openDevice(['backend=null']);
const failures: Record<string, string> = {};
let shaders = 0;
for (const [name, options] of Object.entries(networks)) {
  const config = modelConfig(options);
  for (const episodes of [16, 256, 1024]) {
    const tuning = tuningFor(device.limits, episodes, 50 * episodes);
    const plan = fittingPlan(config, layoutOf(config), tuning);
    const { unpack, draw, forward, backward, sum, update, transpose } = plan;
    for (const pass of [unpack, draw, ...forward, ...backward, sum, ...update, transpose]) {
      const module = device.createShaderModule({ code: pass.code });
      const compute = { module, entryPoint: 'main' };
      try {
        await device.createComputePipelineAsync({ layout: 'auto', compute });
        shaders++;
      } catch (error) {
        failures[`${name}: ${pass.label}`] = String(error);
      }
      for (const buffer of pass.buffers) {
        if (buffer === 'atlas' || plan.buffers.has(buffer)) continue;
        failures[`${name}: ${pass.label}`] = `no room for ${buffer}`;
      }
    }
  }
}
console.log(JSON.stringify({ shaders, failures }));
process.exit(0); // Dawn's threads would keep it
