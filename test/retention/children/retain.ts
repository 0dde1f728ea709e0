import { openLog } from '../../../src/log/open.ts';
import { retainOn } from '../retain-on.ts';

/** Archives what is old in the workspace that is named, a little at a time; says when it begins, and when it is done. */
const [root = ''] = process.argv.slice(2);
const backend = await openLog({
  backend: 'sqlite',
  file: `${root}/.lineclear/log.db`,
  tenantId: 'acme',
  durability: 'process',
});
process.stdout.write('begins\n');
await retainOn(backend, root, { atOnce: 1, contentAgeMs: 0 });
await backend.close();
process.stdout.write('done\n');
