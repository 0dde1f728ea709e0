import { openWorld, storedPosition } from '../../../src/followed-world.ts';
import { openLog } from '../../../src/log/open.ts';
import { retain } from '../../../src/retention/retain.ts';

/** Archives what is old in the workspace that is named, a little at a time; says when it begins, and when it is done. */
const [root = ''] = process.argv.slice(2);
const backend = await openLog({
  backend: 'sqlite',
  file: `${root}/.lineclear/log.db`,
  tenantId: 'acme',
  durability: 'process',
});
const { world, refresh } = await openWorld(backend.log, backend.snapshots);
process.stdout.write('begins\n');
await retain({
  backend,
  world,
  refresh,
  snapshot: await storedPosition(backend.snapshots),
  root,
  days: 30,
  mode: 'archive',
  atOnce: 1,
  dryRun: false,
  author: { source: 'cli', id: 'user:ada' },
  signal: new AbortController().signal,
});
await backend.close();
process.stdout.write('done\n');
