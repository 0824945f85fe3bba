import type { RequestId } from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import type { DutyTest } from '../host-conformance.ts'
import type { HostUnderTest } from '../host-under-test.ts'
import { longMicros, mustEqual, mustHold, shortMicros, slowDisk, Trial, usual } from '../trial.ts'

async function heldUntilDurable(host: HostUnderTest): Promise<void> {
  await Trial.run(host, slowDisk, async (trial) => {
    const request = await trial.tell(
      0,
      { kind: 'send', to: 1, note: 'before' },
      { kind: 'record', note: 'x' },
      { kind: 'send', to: 1, note: 'after' },
      { kind: 'reply' },
      { kind: 'record', note: 'y' },
      { kind: 'send', to: 2, note: 'after both' },
    )
    await trial.until('what was sent first arrives', () => trial.received(1).length > 0)
    mustEqual('what was sent before anything was recorded', trial.received(1), ['before'])
    mustEqual('what left too early for node 2', trial.received(2), [])
    mustEqual('answers that left too early', trial.replies(request), [])
    await trial.until('the rest leaves', () => trial.received(2).length > 0)
    await trial.until('the answer leaves', () => trial.replies(request).length > 0)
    await trial.pass(shortMicros)
    mustEqual('what node 1 received', trial.received(1), ['before', 'after'])
    mustEqual('what node 2 received', trial.received(2), ['after both'])
    mustEqual(
      'the answers',
      trial.replies(request).map(({ kind }) => kind),
      ['done'],
    )
  })
}

async function heldByALaterStep(host: HostUnderTest): Promise<void> {
  await Trial.run(host, slowDisk, async (trial) => {
    await trial.tell(0, { kind: 'record', note: 'x' })
    await trial.pass(shortMicros)
    // Its sync is on the way. What follows must wait for it, and what is recorded now for the next.
    await trial.tell(0, { kind: 'send', to: 1, note: 'after x' })
    await trial.tell(0, { kind: 'record', note: 'y' }, { kind: 'send', to: 1, note: 'after y' })
    await trial.pass(shortMicros)
    mustEqual('what left too early', trial.received(1), [])
    await trial.until('x is durable', () => trial.sightings(0, 'durable').length > 0)
    const first = trial.sightings(0, 'durable')[0]?.seen.position ?? 0
    await trial.until('what waited for x arrives', () => trial.received(1).length > 0)
    if (first === 1) mustEqual('what left with x', trial.received(1), ['after x'])
    await trial.until('y is durable', () => trial.received(1).includes('after y'))
    mustEqual('what node 1 received', trial.received(1), ['after x', 'after y'])
  })
}

async function eagerlyAtOnce(host: HostUnderTest): Promise<void> {
  await Trial.run(host, slowDisk, async (trial) => {
    const request = await trial.tell(
      0,
      { kind: 'record', note: 'x' },
      { kind: 'send', to: 1, note: 'held' },
      { kind: 'sendEagerly', to: 1, note: 'eager' },
      { kind: 'replyEagerly' },
    )
    await trial.until('something arrives', () => trial.received(1).length > 0)
    await trial.until('an answer arrives', () => trial.replies(request).length > 0)
    mustEqual('what left at once', trial.received(1), ['eager'])
    mustEqual('the answers', trial.replies(request), [
      { kind: 'refused', reason: 'eager', leader: 1 },
    ])
    mustEqual('positions that are durable already', trial.sightings(0, 'durable'), [])
  })
}

async function positionsInOrder(host: HostUnderTest): Promise<void> {
  await Trial.run(host, { ...usual, syncMicros: 5_000 }, async (trial) => {
    const records = 30
    for (let i = 1; i <= records; i += 1) {
      await trial.tell(0, { kind: 'record', note: `r${i}` })
      await trial.pass(1_000)
    }
    const durable = () => trial.sightings(0, 'durable').map(({ seen }) => seen.position)
    await trial.until('every record is durable', () => durable().at(-1) === records)
    const recorded = trial.sightings(0, 'recorded').map(({ seen }) => seen.position)
    const all = Array.from({ length: records }, (_, i) => i + 1)
    mustEqual('the positions of the records', recorded, all)
    const inOrder = durable().every((position, i, others) => position > (others[i - 1] ?? 0))
    mustHold(inOrder, `positions became durable in the order ${durable().join(', ')}`)
    // Never told of a record that is yet to be made.
    let made = 0
    for (const { seen } of trial.reports(0)) {
      if (seen.kind === 'recorded') made = seen.position
      if (seen.kind === 'durable') {
        mustHold(seen.position <= made, `${seen.position} is durable, of ${made} records`)
      }
    }
  })
}

/** At random moments records, messages, answers and crashes: what others were told survives. */
async function saidIsKept(host: HostUnderTest, seed: number): Promise<void> {
  const random = new Random(seed)
  await Trial.run(host, { ...usual, seed, syncMicros: 4_000 }, async (trial) => {
    const requests: RequestId[] = []
    const check = (): void => {
      const kept = trial.recovered(0)
      for (const note of trial.received(1)) {
        mustHold(kept.includes(note), `node 1 was told ${note}, which node 0 then forgot`)
      }
      requests.forEach((request, i) => {
        const done = trial.replies(request).length > 0
        mustHold(!done || kept.includes(`r${i}`), `a client was told r${i}, which is forgotten`)
      })
    }
    for (let life = 0; life < 8; life += 1) {
      const rounds = 1 + random.below(8)
      for (let round = 0; round < rounds; round += 1) {
        const note = `r${requests.length}`
        const actions = [
          { kind: 'record', note },
          { kind: 'send', to: 1, note },
          { kind: 'reply' },
        ] as const
        requests.push(await trial.tell(0, ...actions))
        await trial.pass(random.below(6_000))
      }
      await trial.crash(0)
      await trial.pass(random.below(10_000))
      await trial.restart(0)
      await trial.until('a new life', () => trial.sightings(0, 'started').length === life + 2)
      check()
    }
    await trial.pass(shortMicros)
    check()
  })
}

async function diesWithItsSender(host: HostUnderTest): Promise<void> {
  await Trial.run(host, slowDisk, async (trial) => {
    const request = await trial.tell(
      0,
      { kind: 'record', note: 'x' },
      { kind: 'send', to: 1, note: 'after x' },
      { kind: 'reply' },
    )
    await trial.pass(shortMicros)
    await trial.crash(0)
    await trial.restart(0)
    await trial.pass(longMicros)
    await trial.tell(0, { kind: 'record', note: 'y' }, { kind: 'send', to: 1, note: 'after y' })
    await trial.until('the next life sends', () => trial.received(1).includes('after y'))
    mustEqual('what node 1 received', trial.received(1), ['after y'])
    mustEqual('answers of an earlier life', trial.replies(request), [])
  })
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/** No message and no reply leaves before every record persisted ahead of it is durable, unless it is sent eagerly. */
export const duty2: readonly DutyTest[] = [
  {
    duty: 2,
    name: 'holds messages and replies until what was recorded before them is durable',
    needs: ['slow disk'],
    run: heldUntilDurable,
  },
  {
    duty: 2,
    name: 'holds what a later step sends while a sync is on its way',
    needs: ['slow disk'],
    run: heldByALaterStep,
  },
  { duty: 2, name: 'lets eager ones go at once', needs: ['slow disk'], run: eagerlyAtOnce },
  {
    duty: 2,
    name: 'counts records from 1, and tells what is durable in order and never too early',
    needs: [],
    run: positionsInOrder,
  },
  {
    duty: 2,
    name: 'never lets a crash undo what somebody was told',
    needs: ['crash'],
    async run(host) {
      const tried = host.cannot.seed === undefined ? seeds : seeds.slice(0, 2)
      for (const seed of tried) await saidIsKept(host, seed)
    },
  },
  {
    duty: 2,
    name: 'sends nothing in a new life that an earlier one held back',
    needs: ['crash', 'slow disk'],
    run: diesWithItsSender,
  },
]
