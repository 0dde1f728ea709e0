import { measureAppend } from './append.ts';
import type { Benchmark } from './benchmark.ts';

export const append1: Benchmark = { name: 'append_1', run: () => measureAppend(1, 1000) };
