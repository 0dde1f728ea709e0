import type { LogFacts } from '../log.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';

/** What the server tells. How often it syncs it tells only its own administrators. */
export const readFacts = (link: Link, names: Names): Promise<LogFacts> =>
  link.run(async () => {
    const { config, state } = await link.jsm.streams.info(names.logStream);
    const isFull = config.max_msgs > 0 || config.max_bytes > 0;
    const forgets = [
      ...(isFull && config.discard === link.driver.DiscardPolicy.Old ? ['discard old'] : []),
      ...(config.max_msgs_per_subject > 0 ? ['max_msgs_per_subject'] : []),
      ...(config.max_age > 0 ? ['max_age'] : []),
      ...(config.storage === link.driver.StorageType.Memory ? ['memory storage'] : []),
    ];
    return {
      product: `NATS ${link.connection.info?.version ?? ''}`.trim(),
      survives: config.num_replicas > 1 ? 'crash' : 'unknown',
      settings: `${config.storage} storage, replicas ${config.num_replicas}`,
      bytes: state.bytes,
      ...(forgets.length === 0 ? {} : { forgets: forgets.join(', ') }),
    };
  });
