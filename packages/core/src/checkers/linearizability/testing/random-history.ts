import fc from 'fast-check'
import type { History, Operation } from '../../history.ts'
import type { RegisterCommand } from '../register-model.ts'
import type { SequentialObject } from './brute-force.ts'

const optionalValue = fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined })

export const registerCommands: fc.Arbitrary<RegisterCommand> = fc.oneof(
  fc.record({ kind: fc.constant('read' as const) }),
  fc.record({ kind: fc.constant('write' as const), value: optionalValue }),
  fc.record({
    kind: fc.constant('compareAndSwap' as const),
    expected: optionalValue,
    value: optionalValue,
  }),
)

/** What becomes of an operation. Wrong: it is answered by a replica with another past. */
const fates = ['answered', 'answered', 'wrong', 'wrong', 'late', 'lost'] as const

/**
 * Histories of 2 to 4 clients and up to 7 operations. Every operation takes place somewhere between
 * its call and its return, on an object made by `create`; but some answers are wrong, and some
 * operations are left open, of which some never take place. Both verdicts are frequent.
 */
export function historiesOf<Command, Result>(
  commands: fc.Arbitrary<Command>,
  create: () => SequentialObject<Command, Result>,
): fc.Arbitrary<History<Command, Result>> {
  const plan = fc.record({
    client: fc.nat(3),
    command: commands,
    gap: fc.nat(4),
    duration: fc.nat(4),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    fate: fc.constantFrom(...fates),
  })
  return fc
    .tuple(
      fc.integer({ min: 2, max: 4 }),
      fc.noBias(fc.array(plan, { minLength: 5, maxLength: 7, size: 'max' })),
    )
    .map(([clients, plans]) => {
      const free = new Array<number>(clients).fill(0)
      const timed = plans.map((planned) => {
        const client = planned.client % clients
        const call = (free[client] as number) + planned.gap
        const end = call + planned.duration
        free[client] = end
        // An operation whose answer was given up may take place long after.
        const span = planned.duration * (planned.fate === 'late' ? 3 : 1)
        return { ...planned, client, call, end, takesPlaceAt: call + planned.at * span }
      })
      return recorded(timed, create(), create())
    })
}

interface Timed<Command> {
  readonly client: number
  readonly command: Command
  readonly call: number
  readonly end: number
  readonly takesPlaceAt: number
  readonly fate: (typeof fates)[number]
}

function recorded<Command, Result>(
  timed: readonly Timed<Command>[],
  object: SequentialObject<Command, Result>,
  replica: SequentialObject<Command, Result>,
): History<Command, Result> {
  const operations: Operation<Command, Result>[] = []
  const inOrder = [...timed].sort((a, b) => a.takesPlaceAt - b.takesPlaceAt)
  for (const { command } of inOrder.toReversed()) replica.execute(command)
  for (const { client, command, call, end, fate } of inOrder) {
    const open = fate === 'late' || fate === 'lost'
    const truth = fate === 'lost' ? undefined : object.execute(command)
    const answer = replica.execute(command)
    replica.undo()
    operations.push({
      client,
      call,
      return: open ? undefined : end,
      command,
      result: open ? undefined : fate === 'wrong' ? answer : truth,
    })
  }
  return operations
}
