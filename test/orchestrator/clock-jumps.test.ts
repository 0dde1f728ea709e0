import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Silence } from '../../src/agents/silence.ts';
import { openLog } from '../../src/log/open.ts';
import { TTL_MS, holderOfThisProcess, takeLease } from '../../src/orchestrator/lease.ts';
import { createParkingClock } from '../../src/orchestrator/parking-clock.ts';
import { presenceLease } from '../../src/orchestrator/presence.ts';
import { createOrchestratorLook } from '../../src/orchestrator/sight.ts';
import { fakeAgents, obey, roleIn } from './fake-agent.ts';
import { openWorkspace } from './workspace.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-03-02T12:00:00.000Z');
const iso = (time: number) => new Date(time).toISOString();

/** A wall clock that can be set, and the time that really passes. */
function clocks() {
  let [wall, passed] = [START, 0];
  return {
    wall: () => wall,
    elapsed: () => passed,
    now: () => new Date(wall),
    pass(milliseconds: number) {
      wall += milliseconds;
      passed += milliseconds;
    },
    jump(milliseconds: number) {
      wall += milliseconds;
    },
  };
}

describe('a parked task', () => {
  const parked = {
    kind: 'retry',
    reason: 'It failed.',
    since: iso(START),
    until: iso(START + 16_000),
  } as const;
  const isDue = ({ now }: { now: number }) => now >= START + 16_000;

  test.each([
    ['put back by an hour', -HOUR],
    ['not touched', 0],
  ])('goes on after its time, no later and no sooner, when the clock is %s', (_, jump) => {
    const { wall, elapsed, pass, jump: set } = clocks();
    const parking = createParkingClock(wall, elapsed);
    parking.look(parked);
    pass(6_000);
    set(jump);
    expect(isDue(parking.look(parked))).toBe(false);
    // When to look again, by the clock as it is now.
    expect(parking.look(parked).until).toBe(iso(wall() + 10_000));
    pass(9_999);
    expect(isDue(parking.look(parked))).toBe(false);
    pass(1);
    expect(isDue(parking.look(parked))).toBe(true);
  });

  test('goes on at once when its time has come by a clock that is put forward', () => {
    const { wall, elapsed, jump } = clocks();
    const parking = createParkingClock(wall, elapsed);
    parking.look(parked);
    jump(HOUR);
    expect(isDue(parking.look(parked))).toBe(true);
  });

  test('waits no longer than it was to wait for an orchestrator that starts after the clock was put back', () => {
    const { wall, elapsed, pass, jump } = clocks();
    jump(-HOUR);
    const parking = createParkingClock(wall, elapsed);
    parking.look(parked);
    pass(15_999);
    expect(isDue(parking.look(parked))).toBe(false);
    pass(1);
    expect(isDue(parking.look(parked))).toBe(true);
  });

  test('waits anew when it is parked again', () => {
    const { wall, elapsed, pass } = clocks();
    const parking = createParkingClock(wall, elapsed);
    parking.look(parked);
    pass(16_000);
    const again = { ...parked, since: iso(wall()), until: iso(wall() + 5_000) };
    expect(parking.look(again)).toEqual({ now: wall(), until: again.until });
  });
});

const newHolder = () => JSON.stringify(holderOfThisProcess({ version: '1.0.0', host: os.hostname() }));

async function openLeases() {
  const { wall, now, pass, jump, elapsed } = clocks();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-clock-'));
  const file = path.join(folder, 'log.db');
  const open = () => openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process', now });
  const [mine, theirs] = [await open(), await open()];
  onTestFinished(async () => {
    await mine.close();
    await theirs.close();
    fs.rmSync(folder, { recursive: true });
  });
  /** This process holds it, so its holder lives. */
  const name = presenceLease('x');
  const take = (lookAgain: () => Promise<unknown>) => takeLease(theirs.leases, name, newHolder(), lookAgain);
  const held = await mine.leases.acquire(name, newHolder(), TTL_MS);
  if (!held) throw new Error('nobody else holds it');
  return { held, take, wall, pass, jump, now, elapsed, leases: theirs.leases };
}

describe('the lease', () => {
  test('is not lost by a holder that goes on renewing it, however the clock jumps', async () => {
    const { held, take, pass, jump } = await openLeases();
    const renewed = async () => {
      pass(1_500);
      expect(await held.renew()).toBe(true);
    };
    for (const by of [HOUR, HOUR, -HOUR, -HOUR, HOUR]) {
      jump(by);
      expect(await take(renewed)).toBeUndefined();
      await renewed();
    }
  });

  test('is taken from one that lives and does not renew it', async () => {
    const { held, take, jump } = await openLeases();
    jump(HOUR);
    expect(await take(() => Promise.resolve())).toBeDefined();
    expect(await held.renew()).toBe(false);
  });

  test('tells who responds by the time that passes', async () => {
    const { held, pass, jump, now, elapsed, leases } = await openLeases();
    const look = createOrchestratorLook(leases, now, new Silence(elapsed));
    expect(await look('x')).toBe('responding');
    for (const by of [HOUR, -HOUR]) {
      jump(by);
      expect(await look('x')).toBe('responding');
      pass(1_500);
      await held.renew();
      expect(await look('x')).toBe('responding');
    }
    // It hangs, and the clock, which was put back, does not hide it.
    jump(-HOUR);
    pass(3_001);
    expect(await look('x')).toBe('silent');
    await held.renew();
    expect(await look('x')).toBe('responding');
  });

  test('is late at the first look when it was not renewed for long', async () => {
    const { pass, now, elapsed, leases } = await openLeases();
    pass(5_000);
    expect(await createOrchestratorLook(leases, now, new Silence(elapsed))('x')).toBe('silent');
  });
});

describe('a retry through the orchestrator', () => {
  afterEach(() => void vi.unstubAllGlobals());

  test.each([-HOUR, HOUR])('is not held up by a clock that jumps by %i ms', async (by) => {
    let broken = 1;
    const { startAgent } = fakeAgents({
      play(prompt, agent, signal) {
        if (roleIn(prompt) !== 'coder' || broken === 0) return obey(prompt, agent, signal);
        broken -= 1;
        agent.crash();
        return new Promise(() => undefined);
      },
    });
    const toml = '[orchestrator]\nretry_delays = [1]\n';
    const { app, create, until, serve, task, close } = await openWorkspace({ startAgent, toml });
    onTestFinished(close);
    void serve();
    const id = await create('Work');
    await until((world) => world.tasks.get(id)?.phase === 'plan_review');
    await app.execute({ command: 'approve_plan', task_id: id });
    await until((world) => world.tasks.get(id)?.parked?.kind === 'retry');
    const RealDate = Date;
    vi.stubGlobal(
      'Date',
      class extends RealDate {
        constructor(given?: string | number | Date) {
          super(given ?? RealDate.now() + by);
        }
        static override now = () => RealDate.now() + by;
      },
    );
    await until((world) => world.tasks.get(id)?.phase === 'completed');
    expect(task(id).chunks[0]?.attempt).toBe(2);
    expect(task(id).ignored).toEqual({ count: 0 });
  });
});
