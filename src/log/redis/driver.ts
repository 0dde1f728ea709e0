// Loaded when a log is on a Redis server; scripts/build.ts makes a file of its own of it.
export { Cluster, Redis } from 'ioredis';
