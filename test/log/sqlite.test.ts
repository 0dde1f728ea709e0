import path from 'node:path';
import { openLog } from '../../src/log/open.ts';
import { describeEventLog } from './conformance.ts';

describeEventLog('sqlite', (place, options) =>
  openLog({ backend: 'sqlite', file: path.join(place, 'log.db'), durability: 'process', ...options }),
);

describeEventLog('sqlite without shared memory', (place, options) =>
  openLog({
    backend: 'sqlite',
    file: path.join(place, 'log.db'),
    durability: 'power',
    journal: 'delete',
    ...options,
  }),
);
