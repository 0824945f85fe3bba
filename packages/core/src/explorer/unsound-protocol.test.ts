import { describe, expect, test } from 'vitest'
import {
  type AnyNodeClass,
  bytes,
  machine,
  type NodeId,
  natural,
  type RequestId,
  union,
} from '../model/index.ts'
import { DepthFirst, explore, UnsoundProtocol } from './index.ts'

/** Counts, and says that 0 and 1 are the same. */
const blurred = Object.assign(Object.create(natural), {
  hash: (hash: number) => hash,
  equal: (left: number, right: number) => left === right || left + right === 1,
}) as typeof natural

const schema = {
  state: { met: natural, kept: bytes },
  message: union({ hello: { payload: bytes } }),
  record: union({ nothing: {} }),
  command: union({ greet: { payload: bytes } }),
  timers: ['greet'],
  parameters: {},
} as const

type Hello = { readonly payload: Uint8Array }

/** Greets the others when its timer fires, and counts by how many it was greeted. */
class Greeter extends machine(schema) {
  start(): void {
    this.host.setTimer('greet', 1)
  }

  timeout(): void {
    this.broadcast({ kind: 'hello', payload: Uint8Array.of(1, 2) })
  }

  receive(_from: NodeId, _message: Hello): void {
    this.met += 1
  }

  propose(_command: Hello, _request: RequestId): void {}
  apply(): void {}
}

let deliveries = 0
const everGreeted = new Set<NodeId>()
const started = new Map<NodeId, Greeter>()

class CountsInTheModule extends Greeter {
  override receive(): void {
    deliveries += 1
    this.met = deliveries % 5
  }
}

class RemembersWhoWasGreeted extends Greeter {
  override receive(): void {
    everGreeted.add(this.host.self)
    this.met = everGreeted.size
  }
}

class LooksIntoAnother extends Greeter {
  override start(): void {
    super.start()
    started.set(this.host.self, this)
  }

  override receive(): void {
    this.met = (started.get(0)?.met ?? 0) + 1
  }
}

class SharesThroughTheArena extends Greeter {
  override receive(): void {
    const { arena } = this.host
    const count = ((arena.get('count') as number | undefined) ?? 0) + 1
    arena.set('count', count)
    this.met = count % 5
  }
}

class DrawsItsOwnLuck extends Greeter {
  override receive(): void {
    this.met = Math.floor(Math.random() * 1e6)
  }
}

class SaysSomethingElse extends Greeter {
  override receive(from: NodeId, message: Hello): void {
    super.receive(from, message)
    deliveries += 1
    this.host.output({ kind: 'decided', value: Uint8Array.of(deliveries % 5) })
  }
}

class ChangesWhatItWasSent extends Greeter {
  override receive(_from: NodeId, { payload }: Hello): void {
    payload[0] = Math.min(5, (payload[0] as number) + 1)
    this.met = payload[0]
  }
}

class ChangesWhatItWasAsked extends Greeter {
  override propose({ payload }: Hello): void {
    payload[0] = Math.min(5, (payload[0] as number) + 1)
    this.met = payload[0]
  }
}

/** Keeps the bytes of a message, and later changes them: in the message too, and in all states that hold them. */
class KeepsAndChanges extends Greeter {
  override receive(_from: NodeId, { payload }: Hello): void {
    this.kept = payload
  }

  override timeout(): void {
    super.timeout()
    if (this.kept.length > 0) this.kept[0] = 9
  }
}

class TakesStatesForEqual extends machine({ ...schema, state: { met: blurred } }) {
  start(): void {
    this.host.setTimer('greet', 1)
  }

  timeout(): void {
    this.met += 1
  }

  receive(): void {}
  propose(): void {}
  apply(): void {}
}

const world = () => ({
  nodes: 2,
  invariants: [],
  bounds: { timeouts: 3 },
  commands: [{ command: { kind: 'greet', payload: Uint8Array.of(1) } }],
})

const unsteady = 'does not always do the same in the same state when a message arrives'

/** What was thrown. Once is enough: some of these remember that they were explored before. */
function refusal(exploration: () => void): unknown {
  try {
    exploration()
  } catch (error) {
    return error
  }
  return undefined
}

describe('a protocol that is no function of its state and the event is refused, not explored wrongly', () => {
  test.for([
    ['counts in a module variable', CountsInTheModule, unsteady],
    ['remembers in the module who was greeted', RemembersWhoWasGreeted, unsteady],
    ['looks into another node', LooksIntoAnother, unsteady],
    ['shares a counter through the arena', SharesThroughTheArena, unsteady],
    ['draws luck of its own', DrawsItsOwnLuck, unsteady],
    ['says something else each time', SaysSomethingElse, unsteady],
    [
      'changes bytes of a message',
      ChangesWhatItWasSent,
      'changes what it was given when a message',
    ],
    [
      'changes bytes of a command',
      ChangesWhatItWasAsked,
      'changes what it was given when a client',
    ],
    [
      'keeps bytes of a message and changes them later',
      KeepsAndChanges,
      'changes what an earlier state of it holds when a timer fires',
    ],
    ['compares what it does not count', TakesStatesForEqual, 'takes two values for equal'],
  ] as const)('one that %s', ([, nodeClass, message]) => {
    const found = refusal(() => explore({ ...world(), nodeClass: nodeClass as AnyNodeClass }))
    expect(found).toBeInstanceOf(UnsoundProtocol)
    expect((found as Error).message).toContain(message)
  })

  test('by other searches too', () => {
    const search = () => {
      const depthFirst = new DepthFirst({ ...world(), nodeClass: RemembersWhoWasGreeted })
      while (depthFirst.advance(100));
    }
    everGreeted.clear()
    expect(search).toThrow(UnsoundProtocol)
  })

  test('and one that is, is explored: no step is counted that was taken only to compare', () => {
    const { verdict, runs, nodeStates } = explore({ ...world(), nodeClass: Greeter })
    expect(verdict).toBe('held')
    expect(runs).toBeGreaterThan(nodeStates)
    expect(explore({ ...world(), nodeClass: Greeter }).runs).toBe(runs)
  })
})
