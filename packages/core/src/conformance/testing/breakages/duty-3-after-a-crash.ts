import type { AnyNode, AnyNodeClass, NodeId } from '../../../model/index.ts'
import { simulatedHost } from '../simulated-host.ts'
import { type AnyHost, altered, alteredHost, type Breakage, simulatorWith } from './breakage.ts'

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

/** Hosts that break duty 3: nodes that get back from a crash something else than what was durable. */
export const breakagesOfDuty3: readonly Breakage[] = [
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
