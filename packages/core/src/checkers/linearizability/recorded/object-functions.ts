import { HistoryError } from '../../history.ts'
import { pairOf } from './datum.ts'
import type { RecordedHistory, RecordedOperation } from './recorded-history.ts'

/** What a function does, by the names it has in histories. */
export type Action = 'read' | 'write' | 'cas' | 'append' | 'delete'

const names: Readonly<Record<string, Action>> = {
  read: 'read',
  get: 'read',
  r: 'read',
  write: 'write',
  put: 'write',
  set: 'write',
  w: 'write',
  cas: 'cas',
  'compare-and-set': 'cas',
  'compare-and-swap': 'cas',
  compareAndSet: 'cas',
  compareAndSwap: 'cas',
  append: 'append',
  delete: 'delete',
  del: 'delete',
  remove: 'delete',
}

/** The models that are built in. */
export type ObjectKind = 'register' | 'kv'

const allowed: Readonly<Record<ObjectKind, readonly Action[]>> = {
  register: ['read', 'write', 'cas'],
  kv: ['read', 'write', 'append', 'delete', 'cas'],
}
const examples = {
  register: 'a register has read, write and cas',
  kv: 'a key-value store has get, put, append, delete and cas',
} as const

/** @throws HistoryError if the object has no such function. */
export function actionOf(kind: ObjectKind, operation: RecordedOperation): Action {
  const action = namedBy(operation)
  if (action !== undefined && allowed[kind].includes(action)) return action
  throw unknownFunction(operation, examples[kind])
}

function namedBy({ f }: RecordedOperation): Action | undefined {
  return Object.hasOwn(names, f) ? names[f] : undefined
}

function unknownFunction({ f, callLine }: RecordedOperation, example: string): HistoryError {
  return new HistoryError(
    `line ${callLine} has the function ${JSON.stringify(f)}; ${example}; another object needs a model of its own`,
  )
}

/**
 * What a history is of, as the names of its functions tell: a register has reads and writes, a
 * key-value store gets and puts.
 *
 * @throws HistoryError if they tell of neither.
 */
export function guessedObject({ operations }: RecordedHistory): ObjectKind {
  const isOfStore = operations.map((operation) => {
    const action = namedBy(operation)
    if (action === undefined) {
      throw unknownFunction(operation, `${examples.register}, ${examples.kv}`)
    }
    const hasKey = operation.key !== undefined || pairOf(operation.value) !== undefined
    return action === 'append' || action === 'delete' || (/^(get|put)$/.test(operation.f) && hasKey)
  })
  return isOfStore.includes(true) ? 'kv' : 'register'
}
