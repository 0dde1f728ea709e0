import type { Benchmark } from '../benchmark.ts';
import { measureAcross } from './across.ts';
import { measureFromFile, measureStart, measureToFile } from './files.ts';
import { backendNames } from './places.ts';

/** Each measure on each backend: `memory_write_nats` and so on. */
export const memoryBenchmarks: readonly Benchmark[] = backendNames.flatMap((backend) =>
  Object.entries({
    memory_write: () => measureAcross(backend, 'write'),
    memory_update: () => measureAcross(backend, 'update'),
    memory_from_file: () => measureFromFile(backend),
    memory_to_file: () => measureToFile(backend),
    memory_start: () => measureStart(backend),
  }).map(([name, run]) => ({ name: `${name}_${backend}`, group: 'memory', run })),
);
