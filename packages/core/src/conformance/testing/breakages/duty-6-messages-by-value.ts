import { decode, encode, type NodeId, type Type } from '../../../model/index.ts'
import { alteredHost, type Breakage, simulatorWith } from './breakage.ts'

/** Hosts that break duty 6: messages that are not what was sent. */
export const breakagesOfDuty6: readonly Breakage[] = [
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
