import type { Benchmark } from '../benchmark.ts';
import { measureAppend, measureDelivery, measureLatency, measureReplay } from './measures.ts';
import { nats } from './nats.ts';
import { redis, redisOnce } from './redis.ts';
import { appendEmmett, deliveryBullmq } from './rivals.ts';
import { sqlite } from './sqlite.ts';

const measures = {
  append_1: (backend) => measureAppend(backend, 1),
  append_10: (backend) => measureAppend(backend, 10),
  append_64: (backend) => measureAppend(backend, 64),
  latency: measureLatency,
  replay: measureReplay,
  delivery: measureDelivery,
} satisfies Record<string, (backend: typeof sqlite) => ReturnType<Benchmark['run']>>;

/** Each measure on each backend: `append_64_nats` and so on. */
const perBackend = [sqlite, redis, nats].flatMap((backend) =>
  Object.entries(measures).map(([name, measure]) => ({
    name: `${name}_${backend.name}`,
    group: 'log',
    run: () => measure(backend),
  })),
);

const latencyRedisOnce: Benchmark = {
  name: 'latency_redis_once',
  group: 'log',
  run: () => measureLatency(redisOnce),
};

export const logBenchmarks: readonly Benchmark[] = [
  ...perBackend,
  latencyRedisOnce,
  deliveryBullmq,
  appendEmmett,
];
