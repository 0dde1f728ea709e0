/** The client, which is loaded only when a log is on a NATS server. */
export async function loadDriver() {
  const [core, jetstream, { Kvm }, { Objm }] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
    import('@nats-io/kv'),
    import('@nats-io/obj'),
  ]);
  const { connect, credsAuthenticator, headers } = core;
  return { connect, credsAuthenticator, headers, ...jetstream, Kvm, Objm };
}

export type Driver = Awaited<ReturnType<typeof loadDriver>>;
