import { measureAppend } from './append.ts';
import type { Benchmark } from './benchmark.ts';

export const append50: Benchmark = { name: 'append_50', run: () => measureAppend(50, 100) };
