/**
 * The linearizability checker on recorded histories, as text and all, and on a large simulated one.
 * Every verdict is compared with the one that is known. The recorded histories are the reference data
 * (shared/data beside the repository, or QUORATE_DATA), without which their rows are left out.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkLinearizability,
  guessedFormat,
  guessedObject,
  type KeyValueAction,
  type KeyValueOutcome,
  keyValueModel,
  type ModelledHistory,
  type Operation,
  objectHistory,
  readHistory,
} from '@quorate/core/checkers'
import { whole } from '@quorate/core/experiments'
import { Random } from '../packages/core/src/model/random.ts'

const counted = 5

interface Checked {
  readonly operations: number
  readonly states: number
}

/** Shows the fastest of a few goes; the first teaches the compiler and is told apart. */
function measure(what: string, goal: string, check: () => Checked): void {
  const seconds: number[] = []
  let last: Checked = { operations: 0, states: 0 }
  for (let go = 0; go <= counted; go++) {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    last = check()
    const now = process.cpuUsage()
    seconds.push((now.user - user + now.system - system) / 1_000_000)
  }
  const [first = 0, ...more] = seconds
  process.stdout.write(
    `${what.padEnd(44)} ${first.toFixed(3)} s at first, ${Math.min(...more).toFixed(3)} s warm (goal: ${goal}); ${whole(last.operations)} operations, ${whole(last.states)} states\n`,
  )
}

function expectVerdict(what: string, verdict: string, linearizable: boolean): void {
  if (verdict !== (linearizable ? 'linearizable' : 'violated'))
    throw new Error(`${what}: the verdict is ${verdict}, which is wrong`)
}

function modelled(text: string): ModelledHistory<unknown, unknown> {
  const recorded = readHistory(text, guessedFormat(text))
  return objectHistory(guessedObject(recorded), recorded)
}

const folder = process.env.QUORATE_DATA ?? join(import.meta.dirname, '../../shared/data')

function recordedHistories(): void {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const known: Record<string, boolean> = JSON.parse(read('jepsen-etcd/verdicts.json')).linearizable
  const logs = Object.keys(known).map((file) => ({ file, text: read(`jepsen-etcd/${file}`) }))

  measure(`${logs.length} Jepsen etcd histories`, '0.3 s', () => {
    let [operations, states] = [0, 0]
    for (const { file, text } of logs) {
      const { history, model } = modelled(text)
      const result = checkLinearizability(history, model)
      expectVerdict(file, result.verdict, known[file] as boolean)
      operations += history.length
      states += result.states
    }
    return { operations, states }
  })

  for (const [file, linearizable] of [
    ['kv-c10-ok.txt', true],
    ['kv-c10-bad.txt', false],
  ] as const) {
    const { history, model } = modelled(read(file))
    const unpartitioned: typeof model = {
      ...model,
      partition: (operations) => [{ name: 'everything', operations }],
    }
    const goal = linearizable ? "below porcupine's 2.4 s" : 'none'
    measure(`${file}, 10 clients, keys not told apart`, goal, () => {
      const result = checkLinearizability(history, unpartitioned)
      expectVerdict(file, result.verdict, linearizable)
      return { operations: history.length, states: result.states }
    })
  }
}

type Action = Exclude<KeyValueAction, { kind: 'range' }>
type StoreOperation = Operation<KeyValueAction, KeyValueOutcome>

/** What clients of one correct store saw: each operation takes place somewhere between its call and its return. */
function simulatedHistory(operations: number, clients: number, keys: number): StoreOperation[] {
  const random = new Random(1)
  const free = Array.from({ length: clients }, () => random.below(100))
  const planned = Array.from({ length: operations }, (_, number) => {
    const client = number % clients
    const call = free[client] as number
    const instant = call + 1 + random.below(1000)
    const end = instant + 1 + random.below(1000)
    free[client] = end + 1 + random.below(200)
    return { client, call, instant, end, command: action(random, keys, number) }
  })
  const store = new Map<string, string>()
  return planned
    .sort((a, b) => a.instant - b.instant)
    .map(({ client, call, end, command }) => {
      const result = execute(store, command)
      // One in a hundred loses its answer.
      return random.below(100) === 0
        ? { client, call, return: undefined, command, result: undefined }
        : { client, call, return: end, command, result }
    })
}

function action(random: Random, keys: number, number: number): Action {
  const key = `key ${random.below(keys)}`
  const value = `value ${number}`
  const kind = random.below(10)
  if (kind < 5) return { kind: 'get', key }
  if (kind < 8) return { kind: 'put', key, value }
  if (kind < 9) return { kind: 'delete', key }
  return { kind: 'compareAndSwap', key, expected: `value ${random.below(number + 1)}`, value }
}

function execute(store: Map<string, string>, command: Action): KeyValueOutcome {
  const { key } = command
  switch (command.kind) {
    case 'get':
      return { kind: 'get', value: store.get(key) }
    case 'put':
      store.set(key, command.value)
      return { kind: 'put' }
    case 'append':
      store.set(key, (store.get(key) ?? '') + command.value)
      return { kind: 'append' }
    case 'delete':
      return { kind: 'delete', existed: store.delete(key) }
    case 'compareAndSwap': {
      const swapped = store.get(key) === command.expected
      if (swapped) store.set(key, command.value)
      return { kind: 'compareAndSwap', swapped }
    }
  }
}

/** The history with one late read that finds what the key held long before. */
function withStaleRead(history: readonly StoreOperation[]): StoreOperation[] {
  const isRead = ({ result }: StoreOperation) =>
    result?.kind === 'get' && result.value !== undefined
  const late = history.findLastIndex(isRead)
  const { key } = (history[late] as StoreOperation).command as Action
  const early = history.find((one) => isRead(one) && (one.command as Action).key === key)
  return history.map((one, place) =>
    place === late && early ? { ...one, result: early.result } : one,
  )
}

if (existsSync(folder)) recordedHistories()
else process.stdout.write(`recorded histories: left out, there is no ${folder}\n`)

const large = simulatedHistory(100_000, 50, 1000)
for (const [what, history, linearizable] of [
  ['100,000 operations, 1,000 keys, 50 clients', large, true],
  ['the same with one stale read', withStaleRead(large), false],
] as const) {
  measure(what, '0.5 s', () => {
    const result = checkLinearizability(history, keyValueModel)
    expectVerdict(what, result.verdict, linearizable)
    return { operations: history.length, states: result.states }
  })
}
