import type { NodeId } from '../../../model/index.ts'
import { type AnyHost, altered, alteredHost, type Breakage, simulatorWith } from './breakage.ts'

/** Hosts that break duty 2: messages that leave before what they rest on is durable. */
export const breakagesOfDuty2: readonly Breakage[] = [
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
