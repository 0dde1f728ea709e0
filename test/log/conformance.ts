import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import type { LogBackend } from '../../src/log/log.ts';
import { describeAppend } from './conformance/append.ts';
import { describeDelivery } from './conformance/delivery.ts';
import { describeDocuments } from './conformance/documents.ts';
import { describeFollow } from './conformance/follow.ts';
import { describeLeases } from './conformance/leases.ts';
import { describeModel } from './conformance/model.ts';
import { describeRead } from './conformance/read.ts';
import { describeStores } from './conformance/stores.ts';
import { describeTruncate } from './conformance/truncate.ts';

interface OpenOptions {
  readonly tenantId: string;
  readonly now?: () => Date;
}

/** Opens a backend whose log is named by `place`, a folder that need not exist; the same place is the same log. */
export type OpenBackend = (place: string, options: OpenOptions) => Promise<LogBackend>;

export interface Fixture {
  /** Why another tenant may open the same place; undefined where a place is one tenant's. */
  readonly sharedByTenants?: string;
  /** Opens this test's log, or the one that `log` names, once more: another peer. Closed after the test. */
  readonly open: (options?: Partial<OpenOptions> & { readonly log?: string }) => Promise<LogBackend>;
}

/** The guarantees of every backend, as tests. */
export function describeEventLog(
  name: string,
  openBackend: OpenBackend,
  { sharedByTenants }: Pick<Fixture, 'sharedByTenants'> = {},
): void {
  describe(name, () => {
    let place: string;
    let opened: LogBackend[];
    beforeEach(() => {
      place = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-log-'));
      opened = [];
    });
    afterEach(async () => {
      for (const backend of opened) await backend.close();
      fs.rmSync(place, { recursive: true });
    });
    const fixture: Fixture = {
      sharedByTenants,
      async open({ log = 'log', ...options } = {}) {
        const backend = await openBackend(path.join(place, log), { tenantId: 'acme', ...options });
        opened.push(backend);
        return backend;
      },
    };
    describeAppend(fixture);
    describeRead(fixture);
    describeFollow(fixture);
    describeStores(fixture);
    describeTruncate(fixture);
    describeLeases(fixture);
    describeDocuments(fixture);
    describeDelivery(fixture);
    describeModel(fixture);
  });
}
