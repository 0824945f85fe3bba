import { describe, expect, test } from 'vitest'
import { StateMachineSafety } from '../../checkers/state-machine-safety.ts'
import { pbftCheckers } from './pbft.invariants.ts'
import type { PbftMessage } from './pbft.messages.ts'
import { pbftMutants } from './pbft.mutants.ts'
import type { Pbft } from './pbft.ts'
import { among, ofKind, ScriptedReplicas } from './testing/scripted-replicas.ts'

/** Disks that lag: each message that arrives lets one replica's disk catch up, in turn. */
function lagging(node?: typeof Pbft): ScriptedReplicas {
  return new ScriptedReplicas({
    ...(node && { node }),
    autoSync: false,
    parameters: { checkpointInterval: 2, logWindow: 4, statePartBytes: 16, maxBatch: 1 },
    checkers: [
      ...pbftCheckers({ nodes: [], parameters: {}, byzantine: new Set() }),
      new StateMachineSafety(),
    ],
  })
}

/** So many steps of the world, fewer where it comes to rest; returns the kinds of message that arrived. */
function steps(replicas: ScriptedReplicas, count: number): PbftMessage['kind'][] {
  const arrived: PbftMessage['kind'][] = []
  for (let step = 0; step < count; step += 1) {
    replicas.sync(step % replicas.nodes.length)
    const sent = replicas.deliver()
    if (sent !== undefined) arrived.push(sent.message.kind)
  }
  return arrived
}

function settle(replicas: ScriptedReplicas, within = replicas.nodes): void {
  for (let before = -1; before !== replicas.outputs.length; ) {
    before = replicas.outputs.length
    for (const id of within) replicas.sync(id)
    replicas.deliverAll(among(within))
    for (const id of within) replicas.sync(id)
    replicas.deliverAll(among(within))
  }
}

const requests = (replicas: ScriptedReplicas, sequence: number) => {
  for (const client of [1, 2, 3]) replicas.askAll(`${client}.${sequence}`, client, sequence)
}

/** What the cuts fall into the middle of. */
const scripts: { readonly [what: string]: (replicas: ScriptedReplicas) => void } = {
  'the normal case': (replicas) => requests(replicas, 1),
  'a view change': (replicas) => {
    requests(replicas, 1)
    for (let round = 0; round < 2; round += 1) {
      for (const id of replicas.nodes) replicas.sync(id)
      replicas.deliverAll(ofKind('prePrepare', 'prepare'))
    }
    for (const id of replicas.nodes) replicas.sync(id)
    // Replica 1 alone executes what it has heard the commits of.
    replicas.deliverAll(({ to, message }) => to === 1 && message.kind === 'commit')
    replicas.drop()
    for (const id of [1, 2, 3]) {
      if (replicas.host(id).timers.has('viewChange')) replicas.timeout(id, 'viewChange')
    }
  },
  'state transfer': (replicas) => {
    for (let sequence = 1; sequence <= 3; sequence += 1) {
      for (const id of [0, 1, 2]) replicas.ask(id, `1.${sequence}`, 1, sequence)
      settle(replicas, [0, 1, 2])
      replicas.drop()
    }
    replicas.speak(3)
  },
}

/** Whether those who come back leave their view at once, or the primary is asked for more before it hears of anything. */
type After = 'the view is left' | 'the view goes on'

/** All die, and come back; what they say at first is lost. */
function kill(replicas: ScriptedReplicas, death: number, after: After): void {
  for (const id of replicas.nodes) replicas.crash(id)
  replicas.drop()
  for (const id of replicas.nodes) replicas.restart(id)
  replicas.drop()
  if (after === 'the view goes on') {
    replicas.askAll(`4.${death}`, 4, death)
    return
  }
  for (const id of [1, 2, 3]) replicas.ask(id, `4.${death}`, 4, death)
  for (const id of [1, 2, 3]) {
    if (replicas.host(id).timers.has('viewChange')) replicas.timeout(id, 'viewChange')
  }
}

/** All die `before` steps into the script, and again some steps after they have come back. */
function cut(replicas: ScriptedReplicas, what: string, before: number, after: After) {
  scripts[what]?.(replicas)
  const cutIn: (string | undefined)[] = []
  const executed: string[][] = []
  for (const death of [1, 2]) {
    cutIn.push(steps(replicas, death === 1 ? before : (before * 7) % 31).at(-1))
    for (const id of replicas.nodes) executed.push(replicas.ran(id))
    kill(replicas, death, after)
  }
  replicas.letTimePass(3_000)
  replicas.askAll('last', 9, 1)
  replicas.letTimePass(60_000)
  return { cutIn, executed }
}

/** Every cut there is, up to `longest` steps into the script. */
function* cuts(what: string, longest: number, node?: typeof Pbft) {
  for (const after of ['the view is left', 'the view goes on'] as const) {
    for (let before = 0; before <= longest; before += 1) {
      const replicas = lagging(node)
      yield { replicas, fall: () => cut(replicas, what, before, after) }
    }
  }
}

describe('the death of all replicas at once, wherever it falls, loses nothing that was executed:', () => {
  test.each([
    ['the normal case', 80, ['prePrepare', 'prepare', 'commit', 'checkpoint']],
    ['a view change', 80, ['viewChange', 'newView', 'prepare', 'commit']],
    ['state transfer', 40, ['status', 'stable', 'fetchState', 'stateParts', 'statePart']],
  ] as const)('in %s', (what, longest, phases) => {
    const seen = new Set<string | undefined>()
    for (const { replicas, fall } of cuts(what, longest)) {
      const { cutIn, executed } = fall()
      for (const kind of cutIn) seen.add(kind)
      expect(replicas.violation).toBeUndefined()
      const final = replicas.ran(0)
      expect(final).toContain('last')
      for (const id of replicas.nodes) expect(replicas.ran(id)).toEqual(final)
      for (const earlier of executed) expect(final.slice(0, earlier.length)).toEqual(earlier)
    }
    for (const phase of phases) expect(seen).toContain(phase)
  })

  test.each([
    ['acceptance-not-persisted', 'the normal case'],
    ['prepared-not-persisted', 'a view change'],
  ])('and shows what is lost with %s in %s', (name, what) => {
    const mutant = pbftMutants.find((known) => known.name === name)
    let broken = false
    for (const { replicas, fall } of cuts(what, 80, mutant?.node as unknown as typeof Pbft)) {
      fall()
      broken = replicas.violation !== undefined
      if (broken) break
    }
    expect(broken).toBe(true)
  })
})
