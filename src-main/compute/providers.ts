import { z } from 'zod';

/** Execution providers of ONNX Runtime that a user can ask for, and what `auto` makes of it on each platform. */

export const PROVIDERS = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const;
export type Provider = (typeof PROVIDERS)[number];

export const REQUESTED_PROVIDERS = ['auto', ...PROVIDERS] as const;
export type RequestedProvider = (typeof REQUESTED_PROVIDERS)[number];

/** What really ran. Every job carries one: a silent fall back to the processor is a defect. */
export const providerReportSchema = z.object({
  requested: z.enum(REQUESTED_PROVIDERS),
  obtained: z.enum(PROVIDERS),
  /** The providers that were tried before, and why they could not be had. */
  refused: z.array(z.object({ provider: z.enum(PROVIDERS), reason: z.string() })),
  /** Share of the graph's operators that each provider executed in a profiled warm-up tile; they add up to 1. */
  nodeShare: z.record(z.string(), z.number()),
  /** The same as numbers of operators. */
  nodes: z.record(z.string(), z.int()),
  threads: z.int(),
  /** 'onnxruntime-node 1.30.0'. */
  runtime: z.string(),
});
export type ProviderReport = z.infer<typeof providerReportSchema>;

/** The providers to try, best first; the processor comes last and always works. */
export function candidates(requested: RequestedProvider, platform: NodeJS.Platform): readonly Provider[] {
  if (requested !== 'auto') return [requested];
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  if (platform === 'darwin') return ['coreml', 'webgpu', 'cpu'];
  return ['cuda', 'webgpu', 'cpu'];
}

/** What a user can do to get a provider. */
export function wayTo(provider: Provider): string {
  switch (provider) {
    case 'cuda':
      return (
        'It needs Linux on x64 with an NVIDIA driver, the CUDA 12 runtime and cuDNN 9 where the loader finds them, and ' +
        'ONNX Runtime with libonnxruntime_providers_cuda.so beside its library.'
      );
    case 'webgpu':
      return 'It needs a graphics driver with Vulkan (Linux), Direct3D 12 (Windows) or Metal (macOS).';
    case 'dml':
      return 'It needs Windows 10 or later with a Direct3D 12 graphics card.';
    case 'coreml':
      return 'It needs macOS.';
    case 'cpu':
      return 'It is always available.';
  }
}
