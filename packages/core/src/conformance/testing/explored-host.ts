import { CommandList } from '../../explorer/command-list.ts'
import { ExploredNode } from '../../explorer/explored-node.ts'
import {
  deliver,
  kindOf,
  type LocalEvent,
  localEvent,
  mine,
  propose,
  restart,
  sync,
} from '../../explorer/local-event.ts'
import { SharedWorld } from '../../explorer/shared-world.ts'
import type { StepOutcome } from '../../explorer/step-outcome.ts'
import type { AnyNode, AnyNodeClass, Micros, NodeId, RequestId } from '../../model/index.ts'
import { Random } from '../../model/random.ts'
import type { Audience, HostUnderTest, Setting, SystemUnderTest } from './host-under-test.ts'

/** Something that the walk will do, if it is still possible then. */
interface Due {
  readonly atMicros: Micros
  act(): void
}

/**
 * One walk through the explorer's tables: of all that could happen next, what a network and disks of
 * the given speeds would let happen.
 */
class Walk implements SystemUnderTest {
  readonly #world: SharedWorld
  readonly #nodes: readonly ExploredNode<AnyNode>[]
  /** Each node's state, as a place in its table. */
  readonly #states: number[] = []
  readonly #setting: Setting
  readonly #audience: Audience
  readonly #random: Random
  #due: Due[] = []
  #nowMicros: Micros = 0

  constructor(nodeClass: AnyNodeClass, setting: Setting, audience: Audience) {
    this.#setting = setting
    this.#audience = audience
    this.#random = new Random(setting.seed)
    this.#world = new SharedWorld(nodeClass, {
      nodes: setting.nodes,
      clock: 'still',
      disk: 'asynchronous',
      positions: 'counted',
      commands: [],
    })
    const parts = {
      nodeClass,
      parameters: {},
      application: () => new CommandList(),
      undoable: false,
      draws: [0],
      reversed: false,
    }
    this.#nodes = this.#world.nodes.map((self) => new ExploredNode(self, this.#world, parts))
    for (const node of this.#nodes) this.#take(node.self, node.start())
  }

  propose(node: NodeId, command: unknown, request: RequestId): void {
    // The explorer is told of all commands before it begins; a walk is told of them one by one.
    const commands = this.#world.commands as { command: unknown; request: RequestId }[]
    const place = commands.push({ command, request }) - 1
    this.#later(this.#setting.linkMicros, () => this.#step(node, localEvent(propose, place)))
  }

  pass(micros: Micros): void {
    const end = this.#nowMicros + micros
    for (;;) {
      const next = this.#due.reduce<Due | undefined>(
        (first, due) => (first && first.atMicros <= due.atMicros ? first : due),
        undefined,
      )
      if (!next || next.atMicros > end) break
      this.#due = this.#due.filter((due) => due !== next)
      this.#nowMicros = next.atMicros
      next.act()
    }
    this.#nowMicros = end
  }

  crash(node: NodeId): void {
    const survivors = this.#possible(node, 'crash')
    this.#step(node, this.#random.pick(survivors))
  }

  restart(node: NodeId): void {
    this.#step(node, localEvent(restart, 0))
  }

  pause(): void {
    throw new Error('the explorer does not pause nodes')
  }

  resume(): void {}

  node(id: NodeId): AnyNode | undefined {
    return (this.#nodes[id] as ExploredNode<AnyNode>).node(this.#states[id] as number)
  }

  stop(): void {}

  #later(micros: Micros, act: () => void): void {
    const jitter = Math.floor(this.#random.next() * this.#setting.linkMicros * 0.1)
    this.#due.push({ atMicros: this.#nowMicros + micros + jitter, act })
  }

  #possible(id: NodeId, kind: 'crash' | 'sync' | 'mine'): LocalEvent[] {
    const node = this.#nodes[id] as ExploredNode<AnyNode>
    return node.ownEvents(this.#states[id] as number).filter((event) => kindOf(event) === kind)
  }

  #step(id: NodeId, event: LocalEvent): void {
    const node = this.#nodes[id] as ExploredNode<AnyNode>
    const state = this.#states[id] as number
    if (node.isUp(state) === (event === localEvent(restart, 0))) return
    this.#take(id, node.step(state, event)[0] as StepOutcome)
  }

  #take(id: NodeId, { next, sent, outputs, replies, thrown }: StepOutcome): void {
    if (thrown !== undefined) throw new Error(`node ${id}: ${thrown}`)
    this.#states[id] = next
    for (const output of outputs) this.#audience.output(id, output)
    for (const { request, outcome } of replies) this.#audience.replied(request, outcome)
    const { linkMicros, syncMicros } = this.#setting
    for (const envelope of sent) {
      const to = this.#world.envelopes.to(envelope)
      this.#later(linkMicros, () => this.#step(to, localEvent(deliver, envelope)))
    }
    if (this.#possible(id, 'sync').length > 0) this.#inThisState(id, syncMicros, 'sync', sync)
    if (this.#possible(id, 'mine').length > 0) this.#inThisState(id, 10_000, 'mine', mine)
  }

  /** An event of the node's own, unless the node has taken another step until then, which schedules it anew. */
  #inThisState(id: NodeId, micros: Micros, kind: 'sync' | 'mine', event: number): void {
    const state = this.#states[id]
    this.#later(micros, () => {
      if (this.#states[id] === state && this.#possible(id, kind).length > 0) {
        this.#step(id, localEvent(event, 0))
      }
    })
  }
}

/** The explorer's nodes, as the conformance suite sees them on one walk. */
export const exploredHost: HostUnderTest = {
  name: 'the explorer',
  cannot: {
    clock: 'time is abstract, and a timer may go off at any moment',
    chance: 'it tries every number of a list',
    seed: 'it tries every order of events',
    passing: 'its messages are always frozen',
    pause: 'a paused node is one that takes no step for a while',
  },
  start: (nodeClass, setting, audience) => new Walk(nodeClass, setting, audience),
}
