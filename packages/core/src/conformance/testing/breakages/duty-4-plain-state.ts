import { type AnyHost, type Breakage, simulatorWith } from './breakage.ts'

/** Hosts that break duty 4: states that are more, or less, than what the schema declares. */
export const breakagesOfDuty4: readonly Breakage[] = [
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
