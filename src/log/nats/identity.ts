import { randomUUID } from 'node:crypto';
import { LineclearError } from '../../contract/errors.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';
import { type Store, createStore } from './store.ts';

/** Which log a stream is. */
export interface Identity {
  readonly store: Store;
  readonly logId: string;
  /** When the stream was made, in the words of the server. */
  readonly created: string;
}

const FORMAT = 1;
/** The description of the stream: a server of 2.9 has no other place for it. */
const describe = (logId: string, tenantId: string) =>
  `Lineclear log ${logId} format ${FORMAT} tenant ${tenantId}`;
const DESCRIPTION = /^Lineclear log (\S+) format (\d+) tenant (.+)$/;

/**
 * Opens the stream of the log, or makes it. Throws `wrong_tenant`, `log_foreign` and `log_newer` and leaves such a
 * stream as it is.
 */
export async function openIdentity(
  link: Link,
  names: Names,
  tenantId: string,
  replicas: number,
): Promise<Identity> {
  const store = createStore({
    link,
    stream: names.logStream,
    description: describe(randomUUID(), tenantId),
    subjects: [names.log],
    replicas,
  });
  let state = await store.state();
  if (!state) {
    try {
      await store.ensure();
    } catch (error) {
      // Another process may have been faster, and called it otherwise.
      if (!(await store.state())) throw error;
    }
    state = await store.state();
  }
  const [, logId, format, owner] = DESCRIPTION.exec(state?.description ?? '') ?? [];
  if (!state || logId === undefined) {
    throw new LineclearError('log_foreign', `The stream ${names.logStream} is not a log of Lineclear.`);
  }
  if (Number(format) > FORMAT) {
    throw new LineclearError(
      'log_newer',
      `The stream ${names.logStream} has format ${format}; this version of Lineclear knows ${FORMAT}.`,
    );
  }
  if (owner !== tenantId) {
    throw new LineclearError(
      'wrong_tenant',
      `The stream ${names.logStream} is the log of tenant '${owner}', not of '${tenantId}'.`,
      { field: 'tenant_id' },
    );
  }
  return { store, logId, created: state.created };
}
