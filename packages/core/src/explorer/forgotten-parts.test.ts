import { describe, expect, test } from 'vitest'
import { ForgottenPart, list, machine, type NodeId, nodeId, struct, union } from '../model/index.ts'
import { explore } from './index.ts'

const schema = {
  state: { heard: list(struct({ from: nodeId })) },
  message: union({ hello: { wave: struct({ hands: nodeId }) } }),
  record: union({ greeted: { wave: struct({ hands: nodeId }) } }),
  command: union({ nothing: {} }),
  timers: ['greet'],
  parameters: {},
} as const

/** Greets the others when its timer fires, and remembers by whom it was greeted first. */
class Greeter extends machine(schema) {
  start(): void {
    this.host.setTimer('greet', 1)
  }

  timeout(): void {
    this.record({ kind: 'greeted', wave: this.wave() })
    this.broadcast({ kind: 'hello', wave: { hands: 1 } })
  }

  receive(from: NodeId): void {
    if (this.heard.length === 0) this.heard.push(this.greeting(from))
  }

  propose(): void {}
  apply(): void {}

  wave(): { hands: number } {
    return { hands: 1 }
  }

  greeting(from: NodeId): { from: NodeId } {
    return { from }
  }
}

/** Keeps beside what is declared who greeted it: two states differ in it that compare as equal. */
class KeepsMore extends Greeter {
  override greeting(from: NodeId): { from: NodeId; second: NodeId } {
    return { from, second: from }
  }
}

/** Changes a part that is not declared, once the declared ones stay as they are. */
class ChangesLater extends Greeter {
  override receive(from: NodeId): void {
    const [first] = this.heard as { from: NodeId; again?: NodeId }[]
    if (first) first.again = from
    else super.receive(from)
  }
}

class SendsMore extends Greeter {
  override timeout(): void {
    const wave = { hands: 1, rings: 2 }
    this.broadcast({ kind: 'hello', wave })
  }
}

class WritesMore extends Greeter {
  override wave(): { hands: number; rings: number } {
    return { hands: 1, rings: 2 }
  }
}

const world = { nodes: 3, invariants: [], bounds: { timeouts: 3 } }

describe('a schema that forgets a part of what a protocol keeps', () => {
  test.for([
    ['in its state', KeepsMore, 'the schema forgets state.heard[0].second'],
    ['in a state that compares as equal', ChangesLater, 'the schema forgets state.heard[0].again'],
    ['in a message', SendsMore, 'the schema forgets message.wave.rings'],
    ['in a record', WritesMore, 'the schema forgets record.wave.rings'],
  ] as const)('%s is refused, and not explored wrongly', ([, nodeClass, message]) => {
    const exploration = () => explore({ ...world, nodeClass })
    expect(exploration).toThrow(ForgottenPart)
    expect(exploration).toThrow(message)
  })

  test('and one that forgets nothing is explored', () => {
    expect(explore({ ...world, nodeClass: Greeter })).toMatchObject({ verdict: 'held' })
  })
})
