import type { DutyTest } from '../host-conformance.ts'
import type { HostUnderTest, Setting } from '../host-under-test.ts'
import { mustEqual, shortMicros, Trial, usual } from '../trial.ts'

/** Nothing takes any time: the best occasion to call back at once. */
const instant: Setting = { ...usual, linkMicros: 0, syncMicros: 0 }

async function mustNotReenter(trial: Trial): Promise<void> {
  await trial.pass(shortMicros)
  for (const node of [0, 1, 2]) {
    mustEqual('steps inside a step', trial.sightings(node, 'reentered'), [])
  }
}

async function byMessages(host: HostUnderTest): Promise<void> {
  await Trial.run(host, instant, async (trial) => {
    await trial.tell(
      0,
      { kind: 'rally', to: 1, times: 6 },
      { kind: 'rally', to: 2, times: 6 },
      { kind: 'send', to: 1, note: 'after the rallies' },
    )
    await trial.until('both rallies are over', () =>
      [1, 2].every((node) => trial.received(node).includes('rally 0')),
    )
    await mustNotReenter(trial)
  })
}

async function byTheDisk(host: HostUnderTest): Promise<void> {
  await Trial.run(host, instant, async (trial) => {
    await trial.tell(
      0,
      { kind: 'record', note: 'x' },
      { kind: 'send', to: 1, note: 'after x' },
      { kind: 'reply' },
      { kind: 'record', note: 'y' },
      { kind: 'send', to: 1, note: 'after y' },
      { kind: 'replyEagerly' },
    )
    await trial.until('y is durable', () => trial.received(1).includes('after y'))
    await mustNotReenter(trial)
  })
}

async function byTimers(host: HostUnderTest): Promise<void> {
  await Trial.run(host, instant, async (trial) => {
    await trial.tell(
      0,
      { kind: 'setTimer', timer: 'first', delayMicros: 0, cancels: false },
      { kind: 'record', note: 'x' },
      { kind: 'setTimer', timer: 'second', delayMicros: 0, cancels: false },
      { kind: 'look' },
    )
    await trial.until('both timers go off', () => trial.sightings(0, 'fired').length === 2)
    await mustNotReenter(trial)
  })
}

async function byWork(host: HostUnderTest): Promise<void> {
  await Trial.run(host, instant, async (trial) => {
    const nBits = 0x207fffff
    await trial.tell(0, { kind: 'mine', nBits }, { kind: 'look' }, { kind: 'mine', nBits })
    await trial.until('blocks', () => trial.sightings(0, 'mined').length >= 3)
    await trial.tell(0, { kind: 'stopMining' })
    await mustNotReenter(trial)
  })
}

/** Steps are atomic: a node is never entered twice at once. */
export const duty5: readonly DutyTest[] = [
  { duty: 5, name: 'delivers nothing inside a step', needs: [], run: byMessages },
  { duty: 5, name: 'tells nothing of the disk inside a step', needs: [], run: byTheDisk },
  { duty: 5, name: 'lets no timer go off inside a step', needs: ['clock'], run: byTimers },
  { duty: 5, name: 'finds no block inside a step', needs: ['work'], run: byWork },
]
