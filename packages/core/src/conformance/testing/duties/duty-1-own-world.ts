import type { NodeId } from '../../../model/index.ts'
import { sha256 } from '../../../model/sha256.ts'
import type { DutyTest } from '../host-conformance.ts'
import type { HostUnderTest } from '../host-under-test.ts'
import type { ProbeTimer } from '../probe.protocol.ts'
import { mustEqual, mustHold, shortMicros, Trial, usual } from '../trial.ts'

/** Half of the work that a block takes in Bitcoin's regression test network: two hashes. */
const easiest = 0x207fffff

const noCancel = { cancels: false } as const

async function identity(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    for (const node of [0, 1, 2]) await trial.tell(node, { kind: 'look' })
    for (const node of [0, 1, 2]) {
      await trial.until(`node ${node} looks`, () => trial.sightings(node, 'looked').length > 0)
      const looked = trial.sightings(node, 'looked')[0]?.seen
      mustEqual('self', looked?.self, node)
      mustEqual('nodes', looked?.nodes, [0, 1, 2])
      const peers = [...(looked?.peers ?? [])].sort((left, right) => left - right)
      const others = [0, 1, 2].filter((other) => other !== node)
      mustEqual(`peers of node ${node}`, peers, others)
    }
  })
}

async function oneTimeAStep(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    for (let round = 1; round <= 10; round += 1) {
      await trial.tell(0, { kind: 'look' })
      await trial.until('node 0 looks', () => trial.sightings(0, 'looked').length === round)
    }
    for (const { seen } of trial.sightings(0, 'looked')) {
      mustEqual('the clock at the end of a step', seen.later, seen.earlier)
    }
    const times = trial.reports(0).map(({ now }) => now)
    for (const [i, now] of times.entries()) {
      mustHold(now >= (times[i - 1] ?? now), `the clock went back to ${now}`)
    }
  })
}

async function timersAreDue(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const delayMicros = 20_000
    await trial.tell(0, { kind: 'setTimer', timer: 'first', delayMicros, ...noCancel })
    const fired = () => trial.sightings(0, 'fired')
    await trial.until('the timer fires', () => fired().length > 0)
    const set = trial.sightings(0, 'asked')[0]?.now ?? 0
    const waited = (fired()[0]?.now ?? 0) - set
    mustHold(waited >= delayMicros, `a timer of ${delayMicros} µs went off after ${waited}`)
    await trial.pass(5 * delayMicros)
    mustEqual('how often one timer went off', fired().length, 1)
  })
}

async function timersMove(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const delayMicros = 60_000
    // Set again and again before it is due, and at last left alone.
    for (let i = 0; i < 6; i += 1) {
      await trial.tell(0, { kind: 'setTimer', timer: 'first', delayMicros, ...noCancel })
      await trial.pass(delayMicros / 4)
    }
    await trial.until('every command arrives', () => trial.sightings(0, 'asked').length === 6)
    await trial.pass(3 * delayMicros)
    // Each step that was asked for set the timer. It may go off between two, where time is real.
    let setAt: number | undefined
    let fired = 0
    for (const { seen, now } of trial.reports(0)) {
      if (seen.kind === 'asked') setAt = now
      if (seen.kind !== 'fired') continue
      mustHold(setAt !== undefined, 'a timer went off twice')
      const waited = now - setAt
      mustHold(waited >= delayMicros, `it went off ${waited} µs after it was set last`)
      setAt = undefined
      fired += 1
    }
    mustHold(fired > 0 && setAt === undefined, 'a timer that was moved never went off')
  })
}

async function cancelledTimers(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const delayMicros = 20_000
    const set = (timer: ProbeTimer) =>
      ({ kind: 'setTimer', timer, delayMicros, ...noCancel }) as const
    await trial.tell(0, set('first'), { kind: 'cancelTimer', timer: 'first' })
    await trial.tell(0, set('second'))
    await trial.until('the timers are set', () => trial.sightings(0, 'asked').length === 2)
    await trial.tell(0, { kind: 'cancelTimer', timer: 'second' })
    await trial.tell(0, { kind: 'cancelTimer', timer: 'first' })
    await trial.until('they are cancelled', () => trial.sightings(0, 'asked').length === 4)
    const before = trial.sightings(0, 'fired')
    await trial.pass(5 * delayMicros)
    const fired = trial.sightings(0, 'fired')
    mustEqual('timers that went off after they were cancelled', fired.length, before.length)
    const cancelledAtOnce = fired.filter(({ seen }) => seen.timer === 'first')
    mustEqual('timers that were cancelled in the step that set them', cancelledAtOnce, [])
  })
}

async function undeclaredTimers(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    await trial.tell(0, { kind: 'setUndeclaredTimer' })
    const tried = (kind: 'prevented' | 'allowed') => trial.sightings(0, kind).length
    await trial.until('it is tried', () => tried('prevented') + tried('allowed') > 0)
    mustEqual('undeclared timers that were set', tried('allowed'), 0)
  })
}

/** Both timers of a paused node are due when it goes on, and the first to go off cancels the other. */
async function cancelledAfterAPause(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const set = (timer: ProbeTimer, delayMicros: number) =>
      ({ kind: 'setTimer', timer, delayMicros, cancels: true }) as const
    await trial.tell(0, set('first', 20_000), set('second', 21_000))
    await trial.until('the timers are set', () => trial.sightings(0, 'asked').length > 0)
    await trial.pause(0)
    const before = trial.reports(0).length
    await trial.tell(0, { kind: 'look' })
    await trial.pass(100_000)
    mustEqual('reports of a paused node', trial.reports(0).length - before, 0)
    await trial.resume(0)
    await trial.pass(100_000)
    mustEqual('timers that went off', trial.sightings(0, 'fired').length, 1)
    mustEqual('what waited for the node', trial.sightings(0, 'looked').length, 1)
  })
}

async function chance(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const nodes: NodeId[] = [0, 1, 2]
    for (const node of nodes) await trial.tell(node, { kind: 'look' }, { kind: 'look' })
    for (const node of nodes) {
      await trial.until('two looks', () => trial.sightings(node, 'looked').length === 2)
    }
    const drawn = nodes.flatMap((node) =>
      trial.sightings(node, 'looked').flatMap(({ seen }) => [...seen.drawn]),
    )
    for (const number of drawn) {
      mustHold(number >= 0 && number < 2 ** 32, `random() returned ${number / 2 ** 32}`)
    }
    mustEqual('different random numbers', new Set(drawn).size, drawn.length)
  })
}

async function oracles(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    const content = Uint8Array.of(1, 2, 3)
    await trial.tell(1, { kind: 'hash', content }, { kind: 'sign', content })
    await trial.until('the signature arrives', () => trial.sightings(0, 'verified').length > 0)
    mustEqual('the digest', trial.sightings(1, 'hashed')[0]?.seen.digest, sha256(content))
    const verified = trial.sightings(0, 'verified')[0]?.seen
    mustEqual('whose signature it is', verified?.by, [1])
    mustEqual('whether it holds for other bytes', verified?.forged, false)
  })
}

async function work(host: HostUnderTest): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    await trial.pass(shortMicros)
    await trial.tell(1, { kind: 'mine', nBits: easiest })
    await trial.until('two blocks', () => trial.sightings(1, 'mined').length >= 2)
    await trial.tell(1, { kind: 'stopMining' })
    await trial.pass(shortMicros)
    const found = trial.sightings(1, 'mined').length
    await trial.pass(10 * shortMicros)
    mustEqual('blocks found afterwards', trial.sightings(1, 'mined').length - found, 0)
    for (const node of [0, 1, 2]) {
      mustEqual('templates unasked for', trial.sightings(node, 'templateUnasked'), [])
    }
    for (const { seen } of trial.sightings(1, 'mined')) {
      mustEqual('a block', seen, { kind: 'mined', sameHeader: true, valid: true, invalid: false })
    }
    mustEqual('blocks of nodes that do not mine', trial.sightings(0, 'mined'), [])
  })
}

async function sameSeed(host: HostUnderTest): Promise<void> {
  const logOf = async (seed: number): Promise<string> => {
    let log = ''
    await Trial.run(host, { ...usual, seed, syncMicros: 2_000 }, async (trial) => {
      for (let round = 0; round < 30; round += 1) {
        const node = round % 3
        const to = (node + 1) % 3
        await trial.tell(
          node,
          { kind: 'record', note: `r${round}` },
          { kind: 'send', to, note: `m${round}` },
          { kind: 'look' },
          { kind: 'reply' },
        )
        await trial.pass(700)
        if (round % 7 === 3 && host.cannot.crash === undefined) {
          await trial.crash(to)
          await trial.pass(1_500)
          await trial.restart(to)
        }
      }
      await trial.pass(shortMicros)
      log = JSON.stringify(trial.log)
    })
    return log
  }
  const first = await logOf(7)
  mustHold((await logOf(7)) === first, 'two runs of one seed differ')
  mustHold((await logOf(8)) !== first, 'runs of two seeds are the same')
}

/** Time, randomness, identity and the order of delivery come from the host alone. */
export const duty1: readonly DutyTest[] = [
  { duty: 1, name: 'tells each node who it is, and who else is there', needs: [], run: identity },
  {
    duty: 1,
    name: 'shows one time in one step, and never goes back',
    needs: [],
    run: oneTimeAStep,
  },
  {
    duty: 1,
    name: 'lets a timer go off once, and not before it is due by the clock of its node',
    needs: ['clock'],
    run: timersAreDue,
  },
  { duty: 1, name: 'moves a timer that is set again', needs: ['clock'], run: timersMove },
  {
    duty: 1,
    name: 'lets no timer go off that was cancelled',
    needs: ['clock'],
    run: cancelledTimers,
  },
  { duty: 1, name: 'refuses timers that nobody declared', needs: [], run: undeclaredTimers },
  {
    duty: 1,
    name: 'lets a node that was paused cancel a timer that was due meanwhile',
    needs: ['clock', 'pause'],
    run: cancelledAfterAPause,
  },
  {
    duty: 1,
    name: 'draws numbers from 0 to 1, others for each node',
    needs: ['chance'],
    run: chance,
  },
  {
    duty: 1,
    name: 'hashes with SHA-256, and lets nobody sign for another',
    needs: ['signatures'],
    run: oracles,
  },
  {
    duty: 1,
    name: 'mines while it is asked to, and can tell work from none',
    needs: ['work'],
    run: work,
  },
  { duty: 1, name: 'repeats a run by its seed', needs: ['seed'], run: sameSeed },
]
