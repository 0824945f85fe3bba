import {
  type AnyNode,
  type AnyNodeClass,
  decode,
  encode,
  type Host,
  type NodeId,
  type Type,
} from '../../model/index.ts'
import type { HostUnderTest, Setting } from './host-under-test.ts'
import { simulatedHost } from './simulated-host.ts'

type AnyHost = Host<unknown, unknown, string>

/** A host broken on purpose: it shows that the suite can see. */
export interface Breakage {
  /** What is wrong. */
  readonly name: string
  /** The tests that must see it, by their names. */
  readonly seenBy: readonly string[]
  readonly host: HostUnderTest
}

/** The simulator, running another class than it was given, or with another setting. */
function simulatorWith(
  classOf: (nodeClass: AnyNodeClass) => AnyNodeClass,
  settingOf: (setting: Setting) => Setting = (setting) => setting,
): HostUnderTest {
  return {
    ...simulatedHost,
    start: (nodeClass, setting, audience) =>
      simulatedHost.start(classOf(nodeClass), settingOf(setting), audience),
  }
}

/** A host some of whose answers are others. */
function altered(host: AnyHost, changes: Partial<AnyHost>): AnyHost {
  return new Proxy(host, {
    get(target, name) {
      const value: unknown = Reflect.get(Object.hasOwn(changes, name) ? changes : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The simulator with a host altered for each node; `changesOf` is asked once a life, and may look at the running node. */
function alteredHost(
  changesOf: (host: AnyHost, running: () => AnyNode) => Partial<AnyHost>,
): HostUnderTest {
  return simulatorWith(
    (nodeClass) =>
      class extends nodeClass {
        constructor(host: AnyHost, parameters: never) {
          super(
            altered(
              host,
              changesOf(host, () => this as AnyNode),
            ),
            parameters,
          )
        }
      },
  )
}

const duty1: readonly Breakage[] = [
  {
    name: 'gives the peers of a node itself among them',
    seenBy: ['tells each node who it is, and who else is there'],
    host: alteredHost((host) => ({ peers: host.nodes })),
  },
  {
    name: 'lists the nodes in any order',
    seenBy: ['tells each node who it is, and who else is there'],
    host: alteredHost((host) => ({ nodes: [...host.nodes].reverse() })),
  },
  {
    name: 'lets time pass in a step',
    seenBy: ['shows one time in one step, and never goes back'],
    host: alteredHost((host) => {
      let reads = 0
      return {
        now: () => {
          reads += 1
          return host.now() + reads
        },
      }
    }),
  },
  {
    name: 'fires timers early',
    seenBy: ['lets a timer go off once, and not before it is due by the clock of its node'],
    host: alteredHost((host) => ({
      setTimer: (timer, delay) => host.setTimer(timer, Math.floor(delay * 0.99)),
    })),
  },
  {
    name: 'leaves a timer where it was first set',
    seenBy: ['moves a timer that is set again'],
    host: alteredHost((host) => {
      const armed = new Set<string>()
      return {
        setTimer: (timer, delay) => {
          if (!armed.has(timer)) host.setTimer(timer, delay)
          armed.add(timer)
        },
      }
    }),
  },
  {
    name: 'cannot cancel timers',
    seenBy: [
      'lets no timer go off that was cancelled',
      'lets a node that was paused cancel a timer that was due meanwhile',
    ],
    host: alteredHost(() => ({ cancelTimer: () => {} })),
  },
  {
    name: 'takes timers that nobody declared',
    seenBy: ['refuses timers that nobody declared'],
    host: alteredHost((host) => ({
      setTimer: (timer, delay) => {
        if (timer !== 'third') host.setTimer(timer, delay)
      },
    })),
  },
  {
    name: 'gives every node the same random numbers',
    seenBy: ['draws numbers from 0 to 1, others for each node'],
    host: alteredHost(() => {
      let draws = 0
      return {
        random: () => {
          draws += 1
          return (draws * 0.618) % 1
        },
      }
    }),
  },
  {
    name: 'draws from a generator without a seed',
    seenBy: ['repeats a run by its seed'],
    host: alteredHost(() => ({ random: () => Math.random() })),
  },
  {
    name: 'takes any signature for good',
    seenBy: ['hashes with SHA-256, and lets nobody sign for another'],
    host: alteredHost(() => ({ verify: () => true })),
  },
  {
    name: 'takes any work for done',
    seenBy: ['mines while it is asked to, and can tell work from none'],
    host: alteredHost(() => ({ verifyWork: () => true })),
  },
  {
    name: 'mines on when it was asked to stop',
    seenBy: ['mines while it is asked to, and can tell work from none'],
    host: alteredHost(() => ({ stopMining: () => {} })),
  },
]

const duty2: readonly Breakage[] = [
  {
    name: 'sends before what was recorded is durable',
    seenBy: [
      'holds messages and replies until what was recorded before them is durable',
      'holds what a later step sends while a sync is on its way',
      'never lets a crash undo what somebody was told',
    ],
    host: alteredHost((host) => ({
      send: (to, message) => host.sendEagerly(to, message),
    })),
  },
  {
    name: 'answers before what was recorded is durable',
    seenBy: [
      'holds messages and replies until what was recorded before them is durable',
      'never lets a crash undo what somebody was told',
    ],
    host: alteredHost((host) => ({
      reply: (request, outcome) => host.replyEagerly(request, outcome),
    })),
  },
  {
    name: 'holds back only what the same step recorded',
    seenBy: ['holds what a later step sends while a sync is on its way'],
    host: simulatorWith((nodeClass) => {
      const recording = new Set<NodeId>()
      return class extends nodeClass {
        constructor(host: AnyHost, parameters: never) {
          const changes: Partial<AnyHost> = {
            persist: (record) => {
              recording.add(host.self)
              return host.persist(record)
            },
            send: (to, message) =>
              recording.has(host.self) ? host.send(to, message) : host.sendEagerly(to, message),
          }
          super(altered(host, changes), parameters)
        }

        override propose(command: unknown, request: never): void {
          recording.delete(this.host.self)
          super.propose(command, request)
        }
      }
    }),
  },
  {
    name: 'holds eager messages back',
    seenBy: ['lets eager ones go at once'],
    host: alteredHost((host) => ({ sendEagerly: (to, message) => host.send(to, message) })),
  },
  {
    name: 'counts records from 0',
    seenBy: ['counts records from 1, and tells what is durable in order and never too early'],
    host: alteredHost((host) => ({ persist: (record) => host.persist(record) - 1 })),
  },
  {
    name: 'never tells what is durable',
    seenBy: ['counts records from 1, and tells what is durable in order and never too early'],
    host: simulatorWith(
      (nodeClass) =>
        class extends nodeClass {
          override durable(): void {}
        },
    ),
  },
  {
    name: 'tells of one record more than is durable',
    seenBy: ['counts records from 1, and tells what is durable in order and never too early'],
    host: simulatorWith(
      (nodeClass) =>
        class extends nodeClass {
          override durable(position: number): void {
            super.durable(position + 1)
          }
        },
    ),
  },
  {
    name: 'sends in a new life what an earlier one held back',
    seenBy: ['sends nothing in a new life that an earlier one held back'],
    host: simulatorWith((nodeClass) => {
      const sent: { readonly from: NodeId; readonly to: NodeId; readonly message: unknown }[] = []
      return class extends nodeClass {
        constructor(host: AnyHost, parameters: never) {
          const send = (to: NodeId, message: unknown): void => {
            sent.push({ from: host.self, to, message })
            host.send(to, message)
          }
          super(altered(host, { send }), parameters)
        }

        override start(): void {
          super.start()
          for (const { from, to, message } of sent) {
            if (from === this.host.self) this.host.sendEagerly(to, message)
          }
        }
      }
    }),
  },
]

/** A class whose nodes are told, when they start, what was persisted in all their lives. */
function whoRemembers(
  revive: (node: AnyNode, persisted: readonly unknown[], life: number) => void,
): (nodeClass: AnyNodeClass) => AnyNodeClass {
  return (nodeClass) => {
    const persisted = new Map<NodeId, unknown[]>()
    const lives = new Map<NodeId, number>()
    return class extends nodeClass {
      constructor(host: AnyHost, parameters: never) {
        const persist = (record: unknown): number => {
          persisted.set(host.self, [...(persisted.get(host.self) ?? []), record])
          return host.persist(record)
        }
        super(altered(host, { persist }), parameters)
      }

      override start(): void {
        const { self } = this.host
        const life = (lives.get(self) ?? 0) + 1
        lives.set(self, life)
        revive(this, persisted.get(self) ?? [], life)
        super.start()
      }
    }
  }
}

interface WithNotes {
  notes: string[]
}

const notesOf = (node: AnyNode): WithNotes => node as unknown as WithNotes

const duty3: readonly Breakage[] = [
  {
    name: 'forgets the last durable record',
    seenBy: [
      'gives a node back all that was durable, in its order, crash after crash',
      'never lets a crash undo what somebody was told',
    ],
    host: simulatorWith(whoRemembers((node) => notesOf(node).notes.pop())),
  },
  {
    name: 'gives records back in another order',
    seenBy: ['gives a node back all that was durable, in its order, crash after crash'],
    host: simulatorWith(whoRemembers((node) => notesOf(node).notes.reverse())),
  },
  {
    name: 'gives the latest record back, which was not durable, and not those before it',
    seenBy: ['gives it of what was not durable the first records at most'],
    host: simulatorWith(
      whoRemembers((node, persisted) => {
        if (notesOf(node).notes.length < persisted.length) node.apply(persisted.at(-1))
      }),
    ),
  },
  {
    name: 'gives back what an earlier crash has already lost',
    seenBy: ['gives it of what was not durable the first records at most'],
    host: simulatorWith(
      whoRemembers((node, persisted, life) => {
        if (life < 3) return
        for (const record of persisted.slice(notesOf(node).notes.length)) node.apply(record)
      }),
    ),
  },
  {
    name: 'keeps memory over a crash',
    seenBy: ['gives it nothing else: memory and application begin anew'],
    host: simulatorWith((nodeClass) => {
      const kept = new Map<NodeId, Uint8Array[]>()
      return class extends nodeClass {
        override start(): void {
          const node = this as unknown as { kept: Uint8Array[] }
          node.kept = kept.get(this.host.self) ?? node.kept
          kept.set(this.host.self, node.kept)
          super.start()
        }
      }
    }),
  },
  {
    name: 'keeps the application over a crash',
    seenBy: ['gives it nothing else: memory and application begin anew'],
    host: (() => {
      const applications = new Map<AnyHost, AnyHost['application']>()
      return alteredHost((host) => {
        const application = applications.get(host) ?? host.application
        applications.set(host, application)
        return { application }
      })
    })(),
  },
  {
    name: 'keeps timers over a crash',
    seenBy: ['lets timers die with their node'],
    host: simulatorWith((nodeClass) => {
      const armed = new Map<NodeId, Map<string, number>>()
      return class extends nodeClass {
        constructor(host: AnyHost, parameters: never) {
          const timers = armed.get(host.self) ?? new Map<string, number>()
          armed.set(host.self, timers)
          const setTimer = (timer: string, delay: number): void => {
            host.setTimer(timer, delay)
            timers.set(timer, delay)
          }
          super(altered(host, { setTimer }), parameters)
        }

        override start(): void {
          super.start()
          for (const [timer, delay] of armed.get(this.host.self) ?? []) {
            this.host.setTimer(timer, delay)
          }
        }
      }
    }),
  },
  {
    name: 'starts a node twice in its second life',
    seenBy: ['starts a node once in each life, before anything else'],
    host: simulatorWith((nodeClass) => {
      const lives = new Map<NodeId, number>()
      return class extends nodeClass {
        override start(): void {
          const life = (lives.get(this.host.self) ?? 0) + 1
          lives.set(this.host.self, life)
          super.start()
          if (life > 1) super.start()
        }
      }
    }),
  },
  {
    name: 'tells a new life of the positions of the last',
    seenBy: ['ends no sync of an earlier life'],
    host: simulatorWith((nodeClass) => {
      const latest = new Map<NodeId, number>()
      return class extends nodeClass {
        constructor(host: AnyHost, parameters: never) {
          const persist = (record: unknown): number => {
            const position = host.persist(record)
            latest.set(host.self, position)
            return position
          }
          super(altered(host, { persist }), parameters)
        }

        override start(): void {
          super.start()
          const position = latest.get(this.host.self)
          if (position !== undefined) this.durable(position + 1)
        }
      }
    }),
  },
  {
    name: 'hands what came for a node that was down to its next life',
    seenBy: ['lets a node that is down do nothing, and keeps nothing for it'],
    host: {
      ...simulatedHost,
      async start(nodeClass, setting, audience) {
        const system = await simulatedHost.start(nodeClass, setting, audience)
        const waiting: (() => void | Promise<void>)[] = []
        return {
          ...system,
          propose: (node, command, request) => {
            const ask = () => system.propose(node, command, request)
            if (system.node(node) === undefined) waiting.push(ask)
            else return ask()
          },
          restart: async (node) => {
            await system.restart(node)
            for (const ask of waiting.splice(0)) await ask()
          },
        }
      },
    },
  },
]

const duty4: readonly Breakage[] = [
  {
    name: 'puts an older state back',
    seenBy: ['leaves the state of a node to the node'],
    host: simulatorWith(
      (nodeClass) =>
        class extends nodeClass {
          override durable(position: number): void {
            const { steps } = this as unknown as { steps: number }
            super.durable(position)
            Object.assign(this, { steps: steps - 1 })
          }
        },
    ),
  },
  {
    name: 'hides something of its own in a node',
    seenBy: ['adds nothing to a node'],
    host: simulatorWith(
      (nodeClass) =>
        class extends nodeClass {
          constructor(host: AnyHost, parameters: never) {
            super(host, parameters)
            // A node cannot be extended, but something that stands in front of it can.
            // biome-ignore lint/correctness/noConstructorReturn: it is the mistake
            return Object.assign(Object.create(this), { cachedHash: 1 })
          }
        },
    ),
  },
]

const duty5: readonly Breakage[] = [
  {
    name: 'tells that a record is durable while it is being persisted',
    seenBy: ['tells nothing of the disk inside a step'],
    host: alteredHost((host, running) => ({
      persist: (record) => {
        const position = host.persist(record)
        running().durable(position)
        return position
      },
    })),
  },
  {
    name: 'delivers messages on the spot',
    seenBy: ['delivers nothing inside a step'],
    host: (() => {
      const running = new Map<NodeId, () => AnyNode>()
      return alteredHost((host, node) => {
        running.set(host.self, node)
        return { sendEagerly: (to, message) => running.get(to)?.().receive(host.self, message) }
      })
    })(),
  },
  {
    name: 'fires a timer without delay at once',
    seenBy: ['lets no timer go off inside a step'],
    host: alteredHost((host, running) => ({
      setTimer: (timer, delay) =>
        delay === 0 ? running().timeout(timer) : host.setTimer(timer, delay),
    })),
  },
  {
    name: 'asks for the template while it is asked to mine',
    seenBy: ['finds no block inside a step'],
    host: alteredHost((host, running) => ({
      mine: (nBits) => {
        host.mine(nBits)
        running().template()
      },
    })),
  },
]

const duty6: readonly Breakage[] = [
  {
    name: 'receives every message into the same frame',
    seenBy: [
      'never takes back the bytes of a message',
      'can copy, hash, compare and show a node at any moment',
    ],
    host: simulatorWith((nodeClass) => {
      const type = nodeClass.schema.message as Type<unknown>
      const frame = new Uint8Array(1_000)
      return class extends nodeClass {
        override receive(from: NodeId, message: unknown): void {
          const bytes = encode(type, message)
          frame.set(bytes)
          super.receive(from, decode(type, frame.subarray(0, bytes.length)))
        }
      }
    }),
  },
  {
    name: 'loses the high bits of numbers',
    seenBy: ['delivers a message of every type as it was sent'],
    host: simulatorWith(
      (nodeClass) =>
        class extends nodeClass {
          override receive(from: NodeId, message: unknown): void {
            const { natural } = message as { natural?: number }
            const cut = natural === undefined ? {} : { natural: natural | 0 }
            super.receive(from, { ...(message as object), ...cut })
          }
        },
    ),
  },
  {
    name: 'cuts long records short',
    seenBy: ['gives back records as they were, whatever came after'],
    host: alteredHost((host) => ({
      persist: (record) => {
        const { note } = record as { note?: string }
        return host.persist(note === undefined ? record : { kind: 'note', note: note.slice(0, 20) })
      },
    })),
  },
  {
    name: 'passes every message by reference, whatever it is asked',
    seenBy: [
      'shows in a frozen or encoded run who changes a message',
      'shows in a frozen or encoded run who changes a record',
    ],
    host: simulatorWith(
      (nodeClass) => nodeClass,
      (setting) => ({ ...setting, passing: 'reference' }),
    ),
  },
  {
    name: 'behaves differently where messages are encoded',
    seenBy: ['gives the same run by reference, frozen and encoded'],
    host: simulatorWith(
      (nodeClass) => nodeClass,
      (setting) =>
        setting.passing === 'encoded'
          ? { ...setting, linkMicros: setting.linkMicros + 1 }
          : setting,
    ),
  },
]

export const breakages: readonly Breakage[] = [
  ...duty1,
  ...duty2,
  ...duty3,
  ...duty4,
  ...duty5,
  ...duty6,
]
