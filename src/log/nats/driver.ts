// Loaded when a log is on a NATS server; scripts/build.ts makes a file of its own of it.
export { connect, credsAuthenticator, headers } from '@nats-io/transport-node';
export {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
export { Kvm } from '@nats-io/kv';
export { Objm } from '@nats-io/obj';
