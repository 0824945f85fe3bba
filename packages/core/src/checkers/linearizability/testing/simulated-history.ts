import type { KeyValueCommand, KeyValueResult } from '../../../machines/key-value-command.ts'
import type { Random } from '../../../model/random.ts'
import type { History, Operation } from '../../history.ts'
import { StoreObject } from './brute-force.ts'

export interface SimulatedHistory {
  readonly operations: number
  readonly clients: number
  readonly keys: number
  /** How many different values are put; undefined: every one is new. */
  readonly values?: number
  /** The share of operations that are never answered. Half of them take place, some of them late. */
  readonly unknown: number
}

/**
 * The history of clients of one correct store: every operation takes place at some instant between
 * its call and its return. So it is linearizable by construction, however large.
 */
export function simulatedHistory(
  random: Random,
  { operations: count, clients, keys, values, unknown }: SimulatedHistory,
): History<KeyValueCommand, KeyValueResult> {
  const clocks = Array.from({ length: clients }, () => random.below(100))
  const timed = Array.from({ length: count }, (_, index) => {
    const client = index % clients
    const call = clocks[client] as number
    const key = `key ${random.below(keys)}`
    const isUnknown = random.next() < unknown
    const takesPlace = call + 1 + random.below(isUnknown ? 20_000 : 1000)
    const end = (isUnknown ? call + 1000 : takesPlace) + 1 + random.below(1000)
    clocks[client] = end + 1 + random.below(200)
    const valueAt = (place: number) =>
      `value ${values === undefined ? place : random.below(values)}`
    const command = randomCommand(random, key, valueAt(index), valueAt(random.below(index + 1)))
    const isLost = isUnknown && random.next() < 0.5
    return { client, call, takesPlace, end, command, isUnknown, isLost }
  })
  const store = new StoreObject()
  return timed
    .sort((a, b) => a.takesPlace - b.takesPlace)
    .map(
      ({
        client,
        call,
        end,
        command,
        isUnknown,
        isLost,
      }): Operation<KeyValueCommand, KeyValueResult> => {
        const result = isLost ? undefined : store.execute(command)
        return isUnknown
          ? { client, call, return: undefined, command, result: undefined }
          : { client, call, return: end, command, result }
      },
    )
}

function randomCommand(
  random: Random,
  key: string,
  value: string,
  expected: string,
): KeyValueCommand {
  const kind = random.next()
  if (kind < 0.5) return { kind: 'get', key }
  if (kind < 0.8) return { kind: 'put', key, value }
  if (kind < 0.9) return { kind: 'delete', key }
  return { kind: 'compareAndSwap', key, expected, value }
}
