import type { FieldObject } from '../../../model/index.ts'
import type { DutyTest } from '../host-conformance.ts'
import type { HostUnderTest } from '../host-under-test.ts'
import { Probe } from '../probe.protocol.ts'
import { mustEqual, mustHold, Trial, usual } from '../trial.ts'

const { state } = Probe

async function busyTrial(
  host: HostUnderTest,
  test: (trial: Trial) => Promise<void>,
): Promise<void> {
  await Trial.run(host, usual, async (trial) => {
    for (let round = 0; round < 5; round += 1) {
      await trial.tell(
        0,
        { kind: 'record', note: `r${round}` },
        { kind: 'sendBytes', to: 1, content: Uint8Array.of(round) },
        { kind: 'setTimer', timer: 'first', delayMicros: 2_000, cancels: round === 2 },
      )
      await trial.until('bytes arrive', () => trial.received(1).length === round + 1)
    }
    await trial.until('all is durable', () =>
      trial.sightings(0, 'durable').some(({ seen }) => seen.position === 5),
    )
    await test(trial)
  })
}

/** Every step counts itself: a host that steps in another copy, or puts an older state back, shows in the count. */
async function nobodyElseWrites(host: HostUnderTest): Promise<void> {
  await busyTrial(host, async (trial) => {
    for (const node of [0, 1, 2]) {
      let last = 0
      for (const { step } of trial.reports(node)) {
        mustHold(step === last || step === last + 1, `step ${step} of node ${node} after ${last}`)
        last = step
      }
      const fields = trial.node(node) as unknown as FieldObject
      mustEqual(`steps in the state of node ${node}`, fields.steps, last)
      mustEqual('inside a step', fields.inside, false)
    }
    const view = state.view(trial.node(0) as unknown as FieldObject)
    mustEqual('the notes', view.notes, ['r0', 'r1', 'r2', 'r3', 'r4'])
    mustEqual('kept bytes', state.view(trial.node(1) as unknown as FieldObject).kept, [
      '00',
      '01',
      '02',
      '03',
      '04',
    ])
  })
}

async function nothingIsAdded(host: HostUnderTest): Promise<void> {
  await busyTrial(host, async (trial) => {
    const node = trial.node(0)
    const declared = ['host', 'parameters', ...state.names].sort()
    mustEqual('what a node is made of', Object.keys(node).sort(), declared)
    mustHold(!Object.isExtensible(node), 'fields can be added to a node')
  })
}

async function canBeCopied(host: HostUnderTest): Promise<void> {
  await busyTrial(host, async (trial) => {
    const node = trial.node(1) as unknown as FieldObject
    const copy = new Probe(undefined as never, {}) as unknown as FieldObject
    const before = JSON.stringify(state.view(node))
    state.copyInto(node, copy)
    mustHold(state.equal(node, copy), `${state.differing(node, copy).join()} differ in a copy`)
    mustEqual('the hash of a copy', state.hash(0, copy), state.hash(0, node))
    await trial.tell(0, { kind: 'sendBytes', to: 1, content: Uint8Array.of(9) })
    await trial.until('more bytes arrive', () => trial.received(1).length === 6)
    mustEqual('a copy, after the node went on', JSON.stringify(state.view(copy)), before)
    const later = trial.node(1) as unknown as FieldObject
    mustHold(!state.equal(later, copy), 'the node did not go on')
  })
}

/** A protocol's state is the plain data that its schema declares, so that a host can copy, hash, compare and show it. */
export const duty4: readonly DutyTest[] = [
  {
    duty: 4,
    name: 'leaves the state of a node to the node',
    needs: ['state'],
    run: nobodyElseWrites,
  },
  { duty: 4, name: 'adds nothing to a node', needs: ['state'], run: nothingIsAdded },
  {
    duty: 4,
    name: 'can copy, hash, compare and show a node at any moment',
    needs: ['state'],
    run: canBeCopied,
  },
]
