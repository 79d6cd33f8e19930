import type { Job } from '#contract/routes/jobs.ts';
import { formatCount } from '#renderer/format/index.ts';

type Provider = NonNullable<Job['provider']>;

/** The part of a network's nodes that a provider runs. */
export interface ProviderShare {
  readonly name: string;
  readonly nodes: number;
  readonly fraction: number;
  /** The provider that was obtained; the others are fallbacks. */
  readonly isObtained: boolean;
}

/** The providers by share, the obtained one first. */
export function providerShares({ obtained, nodes }: Provider): ProviderShare[] {
  const total = Object.values(nodes).reduce((sum, count) => sum + count, 0);
  return Object.entries(nodes)
    .map(([name, count]) => ({
      name: displayName(name),
      nodes: count,
      fraction: total === 0 ? 0 : count / total,
      isObtained: displayName(name) === displayName(obtained),
    }))
    .sort((a, b) => Number(b.isObtained) - Number(a.isObtained) || b.nodes - a.nodes);
}

/** What was obtained, with the nodes that fell to the processor. */
export function obtainedText(provider: Provider): string {
  const shares = providerShares(provider);
  const total = shares.reduce((sum, share) => sum + share.nodes, 0);
  const fallbacks = shares.filter(({ isObtained, nodes }) => !isObtained && nodes > 0);
  const obtained = displayName(provider.obtained);
  if (fallbacks.length === 0) return total === 0 ? obtained : `${obtained}, all ${formatCount(total)} nodes`;
  const rest = fallbacks.map(({ name, nodes }) => `${formatCount(nodes)} of ${formatCount(total)} nodes on ${name}`);
  return `${obtained}, with ${rest.join(', ')}`;
}

/** The chip on the card: what a user may not have expected. Null where it runs as it was asked to. */
export function providerChip(provider: Provider): { tone: 'warn' | 'ok'; text: string } {
  const fallback = providerShares(provider).some(({ isObtained, nodes }) => !isObtained && nodes > 0);
  if (fallback) return { tone: 'warn', text: 'partly on the CPU' };
  if (provider.refused.length > 0 && displayName(provider.obtained) === 'CPU')
    return { tone: 'warn', text: 'on the CPU' };
  return { tone: 'ok', text: 'as requested' };
}

/** ONNX Runtime's names as people write them: 'CUDAExecutionProvider' and 'cuda' are CUDA. */
export function displayName(provider: string): string {
  const name = provider.replace(/ExecutionProvider$/i, '');
  const known = ['CPU', 'CUDA', 'TensorRT', 'DirectML', 'CoreML', 'WebGPU', 'ROCm', 'OpenVINO'];
  if (/^dml$/i.test(name)) return 'DirectML';
  if (/^auto$/i.test(name)) return 'best available';
  return known.find((other) => other.toLowerCase() === name.toLowerCase()) ?? name;
}
