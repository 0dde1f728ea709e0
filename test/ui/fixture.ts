import path from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { root } from '../../scripts/targets.ts';
import { Session } from './session.ts';
import type { SessionOptions } from './session.ts';

/**
 * A session for the tests of a file: starts before the first, ends after the last, and each test has a user of its
 * own. When a test fails, what was on the screen is in artifacts/failed/.
 */
export function useSession(options?: SessionOptions): () => Session {
  let session: Session | undefined;
  const current = () => {
    if (!session) throw new Error('the session exists only while tests run');
    return session;
  };
  beforeAll(async () => {
    session = await Session.start(options);
  });
  afterEach(async ({ task }) => {
    if (!session) return;
    if (task.result?.state === 'fail') await photographFailure(session, task.name);
    await session.forgetUsers();
  });
  afterAll(async () => {
    await session?.close();
  });
  return current;
}

async function photographFailure(session: Session, test: string): Promise<void> {
  const name = test.replaceAll(/\W+/g, '-');
  for (const [index, page] of session.pages.entries()) {
    const file = path.join(root, 'artifacts/failed', `${name}-${index + 1}.png`);
    // A page that hangs must not hide why the test failed.
    await page.screenshot({ path: file, timeout: 5_000 }).catch(() => undefined);
  }
}
