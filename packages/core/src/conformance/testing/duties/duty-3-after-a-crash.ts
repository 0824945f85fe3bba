import type { DutyTest } from '../host-conformance.ts'
import type { HostUnderTest } from '../host-under-test.ts'
import { longMicros, mustEqual, mustHold, shortMicros, slowDisk, Trial, usual } from '../trial.ts'

const notes = ['a', 'b', 'c', 'd', 'e', 'f']

const isPrefix = (some: readonly string[], all: readonly string[]): boolean =>
  some.length <= all.length && some.every((note, i) => note === all[i])

async function durableComesBack(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    for (const note of notes) await trial.tell(0, { kind: 'record', note })
    await trial.until('every record is durable', () =>
      trial.sightings(0, 'durable').some(({ seen }) => seen.position === notes.length),
    )
    const recorded = trial.recorded(0)
    mustEqual('what was recorded', [...recorded].sort(), notes)
    for (let life = 2; life < 5; life += 1) {
      await trial.crash(0)
      await trial.restart(0)
      await trial.until('a new life', () => trial.sightings(0, 'started').length === life)
      mustEqual('what came back', trial.recovered(0), recorded)
    }
    await trial.tell(0, { kind: 'record', note: 'g' })
    await trial.until('one more record', () => trial.sightings(0, 'recorded').length > notes.length)
    const position = trial.sightings(0, 'recorded').at(-1)?.seen.position
    mustEqual('the position of the next record', position, notes.length + 1)
  })
}

/** What was not durable may have reached the disk or not, but nothing without what was recorded before it. */
async function prefixComesBack(host: HostUnderTest): Promise<void> {
  const survivors = new Set<number>()
  const seeds = host.cannot.seed === undefined ? 12 : 2
  for (let seed = 1; seed <= seeds; seed += 1) {
    await Trial.run(host, { ...slowDisk, seed }, async (trial) => {
      for (const note of notes) {
        await trial.tell(0, { kind: 'record', note })
        await trial.pass(3_000)
      }
      await trial.pass(shortMicros)
      mustEqual('what is durable', trial.sightings(0, 'durable'), [])
      const recorded = trial.recorded(0)
      await trial.crash(0)
      await trial.restart(0)
      await trial.until('a new life', () => trial.sightings(0, 'started').length === 2)
      const kept = trial.recovered(0)
      mustHold(isPrefix(kept, recorded), `of ${recorded.join()} it got back ${kept.join()}`)
      survivors.add(kept.length)
      // What came back now stays.
      await trial.crash(0)
      await trial.restart(0)
      await trial.until('a third life', () => trial.sightings(0, 'started').length === 3)
      mustEqual('what came back once', trial.recovered(0), kept)
    })
  }
  if (seeds > 2) mustHold(survivors.size > 1, 'every crash kept as many of the records')
}

async function nothingElse(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const first = trial.sightings(0, 'started')[0]?.seen
    await trial.tell(1, { kind: 'sendBytes', to: 0, content: Uint8Array.of(1, 2, 3) })
    await trial.tell(0, { kind: 'apply', command: Uint8Array.of(0, 1) })
    await trial.until('bytes are kept', () => trial.received(0).length > 0)
    await trial.until('a command ran', () => trial.sightings(0, 'applied').length > 0)
    await trial.crash(0)
    await trial.restart(0)
    await trial.until('a new life', () => trial.sightings(0, 'started').length === 2)
    const second = trial.sightings(0, 'started')[1]?.seen
    mustEqual('what a new life remembers', second?.memory, 0)
    mustEqual('the application of a new life', second?.application, first?.application)
  })
}

async function timersDie(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const delayMicros = 50_000
    await trial.tell(0, { kind: 'setTimer', timer: 'first', delayMicros, cancels: false })
    await trial.tell(0, { kind: 'setTimer', timer: 'second', delayMicros: 200_000, cancels: false })
    await trial.until('the timers are set', () => trial.sightings(0, 'asked').length === 2)
    await trial.crash(0)
    const before = trial.sightings(0, 'fired').length
    const fired = (): number => trial.sightings(0, 'fired').length - before
    await trial.restart(0)
    await trial.pass(500_000)
    mustEqual('timers of an earlier life that went off', fired(), 0)
    await trial.tell(0, { kind: 'setTimer', timer: 'first', delayMicros, cancels: false })
    await trial.until('a timer of this life goes off', () => fired() > 0)
  })
}

async function downIsDown(host: HostUnderTest): Promise<void> {
  await Trial.run(host, slowDisk, async (trial) => {
    const actions = [
      { kind: 'setTimer', timer: 'first', delayMicros: 10_000, cancels: false },
      { kind: 'record', note: 'x' },
    ] as const
    await trial.tell(0, ...actions)
    await trial.until('it was asked', () => trial.sightings(0, 'asked').length > 0)
    await trial.tell(1, { kind: 'send', to: 0, note: 'too late' })
    await trial.crash(0)
    const before = trial.reports(0).length
    await trial.tell(0, { kind: 'look' })
    await trial.pass(longMicros)
    mustEqual('what a node did while it was down', trial.reports(0).length - before, 0)
    await trial.restart(0)
    await trial.pass(longMicros)
    const life = trial.reports(0).slice(before)
    mustEqual(
      'what a new life did',
      life.map(({ seen }) => seen.kind),
      ['started'],
    )
  })
}

async function startsOnceAndFirst(host: HostUnderTest): Promise<void> {
  await Trial.run(host, { ...usual, syncMicros: 4_000 }, async (trial) => {
    for (let life = 0; life < 4; life += 1) {
      for (let i = 0; i < 4; i += 1) {
        await trial.tell(0, { kind: 'record', note: `${life}.${i}` })
        await trial.pass(2_500)
      }
      await trial.crash(0)
      await trial.restart(0)
    }
    await trial.pass(shortMicros)
    const lives: string[][] = [[]]
    for (const entry of trial.log) {
      if (entry.kind === 'restarted') lives.push([])
      if (entry.kind === 'said' && entry.node === 0) lives.at(-1)?.push(entry.report.seen.kind)
    }
    for (const life of lives) {
      mustEqual('the first step of a life', life[0], 'started')
      mustEqual('starts in a life', life.filter((kind) => kind === 'started').length, 1)
    }
  })
}

/** A sync that a crash caught must not end in the next life. */
async function oldPositions(host: HostUnderTest): Promise<void> {
  await Trial.run(host, slowDisk, async (trial) => {
    await trial.tell(0, { kind: 'record', note: 'x' }, { kind: 'record', note: 'y' })
    await trial.pass(shortMicros)
    await trial.crash(0)
    await trial.restart(0)
    await trial.until('a new life', () => trial.sightings(0, 'started').length === 2)
    const kept = trial.recovered(0).length
    await trial.tell(0, { kind: 'record', note: 'z' }, { kind: 'send', to: 1, note: 'after z' })
    await trial.pass(slowDisk.syncMicros / 2)
    const early = trial.sightings(0, 'durable').filter(({ seen }) => seen.position > kept)
    mustEqual('positions that are durable too early', early, [])
    mustEqual('messages that left too early', trial.received(1), [])
    await trial.until('z is durable', () => trial.received(1).length > 0)
    const positions = trial.sightings(0, 'durable').map(({ seen }) => seen.position)
    mustEqual('the last position', positions.at(-1), kept + 1)
  })
}

/** After a crash a node gets back what was durable, and nothing else; timers die with it. */
export const duty3: readonly DutyTest[] = [
  {
    duty: 3,
    name: 'gives a node back all that was durable, in its order, crash after crash',
    needs: ['crash'],
    run: durableComesBack,
  },
  {
    duty: 3,
    name: 'gives it of what was not durable the first records at most',
    needs: ['crash', 'slow disk'],
    run: prefixComesBack,
  },
  {
    duty: 3,
    name: 'gives it nothing else: memory and application begin anew',
    needs: ['crash'],
    run: nothingElse,
  },
  { duty: 3, name: 'lets timers die with their node', needs: ['crash', 'clock'], run: timersDie },
  {
    duty: 3,
    name: 'lets a node that is down do nothing, and keeps nothing for it',
    needs: ['crash', 'clock', 'slow disk'],
    run: downIsDown,
  },
  {
    duty: 3,
    name: 'starts a node once in each life, before anything else',
    needs: ['crash'],
    run: startsOnceAndFirst,
  },
  {
    duty: 3,
    name: 'ends no sync of an earlier life',
    needs: ['crash', 'slow disk'],
    run: oldPositions,
  },
]
