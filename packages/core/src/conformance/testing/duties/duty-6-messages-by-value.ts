import type { DutyTest } from '../host-conformance.ts'
import type { HostUnderTest, Setting } from '../host-under-test.ts'
import { everythingSeen } from '../probe.protocol.ts'
import { longMicros, mustEqual, mustHold, shortMicros, slowDisk, Trial, usual } from '../trial.ts'

const modes: readonly Setting['passing'][] = ['reference', 'frozen', 'encoded']

async function asItWasSent(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    await trial.tell(0, { kind: 'sendEverything', to: 1 })
    await trial.until('it arrives', () => trial.received(1).length > 0)
    mustEqual('what arrived', trial.received(1), [everythingSeen])
  })
}

/** What a node has of a message is its own for good: no frame that it came in is used again. */
async function forGood(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const contents = Array.from({ length: 20 }, (_, i) => new Uint8Array(10 + (i % 3)).fill(i))
    for (const content of contents) {
      await trial.tell(0, { kind: 'sendBytes', to: 1, content })
      await trial.tell(2, { kind: 'send', to: 1, note: 'in between' })
      await trial.pass(500)
    }
    await trial.until('all arrive', () => trial.received(1).length === 2 * contents.length)
    await trial.tell(1, { kind: 'look' })
    await trial.until('node 1 looks', () => trial.sightings(1, 'looked').length > 0)
    const kept = trial.sightings(1, 'looked')[0]?.seen.kept ?? []
    const inOrder = [...kept].sort((left, right) => (left[0] ?? 0) - (right[0] ?? 0))
    mustEqual('what node 1 kept', inOrder, contents)
  })
}

/** Also what recorded values and requests hold. */
async function recordsForGood(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const notes = Array.from({ length: 20 }, (_, i) => `note ${i} ${'x'.repeat(i)}`)
    for (const note of notes) await trial.tell(0, { kind: 'record', note })
    await trial.until('all are durable', () =>
      trial.sightings(0, 'durable').some(({ seen }) => seen.position === notes.length),
    )
    await trial.crash(0)
    await trial.restart(0)
    await trial.until('a new life', () => trial.sightings(0, 'started').length === 2)
    mustEqual('what came back', trial.recovered(0), trial.recorded(0))
  })
}

async function sameInEveryMode(host: HostUnderTest): Promise<void> {
  const logs: string[] = []
  for (const passing of modes) {
    await Trial.run(host, { ...usual, passing }, async (trial) => {
      for (let round = 0; round < 20; round += 1) {
        await trial.tell(
          round % 3,
          { kind: 'record', note: `r${round}` },
          { kind: 'sendEverything', to: (round + 1) % 3 },
          { kind: 'sendBytes', to: (round + 2) % 3, content: Uint8Array.of(round) },
          { kind: 'rally', to: (round + 1) % 3, times: 3 },
          { kind: 'look' },
        )
        await trial.pass(400)
      }
      await trial.pass(shortMicros)
      logs.push(JSON.stringify(trial.log))
    })
  }
  mustHold(logs[1] === logs[0], 'a run with frozen messages differs from one by reference')
  mustHold(logs[2] === logs[0], 'a run with encoded messages differs from one by reference')
}

/** By reference, a node that changes a message changes it for all. The other modes are there to find it. */
async function changesAreFound(host: HostUnderTest): Promise<void> {
  for (const setting of [usual, slowDisk]) {
    for (const passing of ['frozen', 'encoded'] as const) {
      await Trial.run(host, { ...setting, passing }, async (trial) => {
        const notes = ['a', 'b']
        // Held back by the disk where it is slow: it must not change meanwhile either.
        await trial.tell(
          0,
          { kind: 'record', note: 'x' },
          { kind: 'broadcastList', notes, change: true },
        )
        await trial.pass(longMicros)
        for (const node of [1, 2]) mustEqual('what arrived', trial.received(node), ['a b'])
        if (passing === 'frozen') {
          for (const node of [0, 1, 2]) {
            const allowed = trial.sightings(node, 'allowed')
            mustEqual(`what node ${node} could do`, allowed, [])
          }
        }
      })
    }
  }
}

/** The same of records, which the disk gives back. */
async function changedRecordsAreFound(host: HostUnderTest): Promise<void> {
  for (const passing of ['frozen', 'encoded'] as const) {
    await Trial.run(host, { ...usual, passing }, async (trial) => {
      await trial.tell(0, { kind: 'recordList', notes: ['a', 'b'] })
      await trial.until('it is durable', () => trial.sightings(0, 'durable').length > 0)
      await trial.crash(0)
      await trial.restart(0)
      await trial.until('a new life', () => trial.sightings(0, 'started').length === 2)
      mustEqual('what came back', trial.recovered(0), ['a', 'b'])
      if (passing === 'frozen') mustEqual('what was changed', trial.sightings(0, 'allowed'), [])
    })
  }
}

/** Messages may pass by reference; sending every message through its codec changes nothing. */
export const duty6: readonly DutyTest[] = [
  { duty: 6, name: 'delivers a message of every type as it was sent', needs: [], run: asItWasSent },
  { duty: 6, name: 'never takes back the bytes of a message', needs: [], run: forGood },
  {
    duty: 6,
    name: 'gives back records as they were, whatever came after',
    needs: ['crash'],
    run: recordsForGood,
  },
  {
    duty: 6,
    name: 'gives the same run by reference, frozen and encoded',
    needs: ['passing', 'seed'],
    run: sameInEveryMode,
  },
  {
    duty: 6,
    name: 'shows in a frozen or encoded run who changes a message',
    needs: ['passing', 'slow disk'],
    run: changesAreFound,
  },
  {
    duty: 6,
    name: 'shows in a frozen or encoded run who changes a record',
    needs: ['passing', 'crash'],
    run: changedRecordsAreFound,
  },
]
