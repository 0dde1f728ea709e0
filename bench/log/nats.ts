import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { openLog } from '../../src/log/open.ts';
import { startNats } from '../../test/log/nats-server.ts';
import { type Backend, type Raw, openSubject } from './subject.ts';

const STREAM = 'RAW';
const SUBJECT = 'raw.events';

async function openRaw(url: string): Promise<Raw> {
  const connection = await connect({ servers: url });
  const peer = await connect({ servers: url });
  const [js, jsm] = [jetstream(connection), await jetstreamManager(connection)];
  await jsm.streams.add({ name: STREAM, subjects: [SUBJECT] });
  await jsm.consumers.add(STREAM, {
    durable_name: 'workers',
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: 100_000,
  });
  const workers = await js.consumers.get(STREAM, 'workers');
  return {
    append: (json) => js.publish(SUBJECT, json),
    async follow(listener) {
      const { last_seq: last } = (await jsm.streams.info(STREAM)).state;
      const consumer = await jetstream(peer).consumers.get(STREAM, { opt_start_seq: last + 1 });
      return await consumer.consume({ callback: listener });
    },
    async replay() {
      const { messages } = (await jsm.streams.info(STREAM)).state;
      const consumer = await js.consumers.get(STREAM, { opt_start_seq: 1 });
      const all = await consumer.consume({ max_messages: 1000 });
      let left = messages;
      for await (const message of all) {
        message.json();
        if ((left -= 1) === 0) break;
      }
      return messages;
    },
    async deliver(count) {
      let left = count;
      const acknowledged: Promise<boolean>[] = [];
      const all = await workers.consume({ max_messages: count });
      for await (const message of all) {
        message.json();
        acknowledged.push(message.ackAck());
        if ((left -= 1) === 0) break;
      }
      await Promise.all(acknowledged);
    },
    async close() {
      await peer.close();
      await connection.close();
    },
  };
}

export const nats: Backend = {
  name: 'nats',
  note: 'NATS JetStream on this machine, file storage, synced every two minutes as it comes; reference: js.publish of finished JSON, an ordered consumer, a durable pull consumer with acknowledged acks',
  async open() {
    const server = await startNats();
    return await openSubject(
      () => openLog({ backend: 'nats', url: server.url, tenantId: 'local' }),
      () => openRaw(server.url),
      () => server.dispose(),
    );
  },
};
