import type { History, Operation } from '../../checkers/history.ts'
import { checkLinearizability } from '../../checkers/linearizability/linearizability.ts'
import {
  type RegisterCommand,
  type RegisterResult,
  registerModel,
} from '../../checkers/linearizability/register-model.ts'
import {
  bool,
  type Infer,
  list,
  type NodeId,
  natural,
  option,
  perNode,
  struct,
  text,
} from '../../model/index.ts'
import type { Envelope, HistoryInvariant, HistoryVariable, Observation } from '../history.ts'
import type { RegisterMessage } from './register-client.ts'

const Invocation = struct({
  /** What is put; absent where the operation is a get. */
  put: option(text),
  /** What was over before: of every other client that has completed an operation, the place of its last. */
  before: perNode(natural),
})
type Invocation = Infer<typeof Invocation>

const Completion = struct({
  invocation: Invocation,
  /** What a get was answered; absent where the register was never written. */
  got: option(text),
})

/**
 * What the clients of a register have seen, as Stateright's `LinearizabilityTester` keeps it: not when
 * things happened but what was over before what began, so that runs in which clients saw the same end
 * in one state.
 */
const RegisterHistory = struct({
  /** False once a client has begun an operation before its last was over, or was answered without one. */
  valid: bool,
  /** By client, the operations that are over, in order; no entry where none was begun. */
  completed: perNode(list(Completion)),
  inFlight: perNode(Invocation),
})
export type RegisterHistory = Infer<typeof RegisterHistory>

/** The record of a register's clients, which must be linearizable in every state. */
export const registerHistory: HistoryVariable<RegisterHistory> = {
  initial: { ...RegisterHistory.initial(), valid: true },
  observes: ({ received, sent }) =>
    (received !== undefined && isAnswer(messageIn(received))) ||
    sent.some((envelope) => isRequest(messageIn(envelope))),
  after,
  identity: {
    hash: (history) => RegisterHistory.hash(0, history),
    equal: (left, right) => RegisterHistory.equal(left, right),
  },
  rename: (history, renaming) => RegisterHistory.rename(history, renaming),
  always: [linearizable()],
}

const messageIn = ({ message }: Envelope): RegisterMessage => message as RegisterMessage
const isAnswer = ({ kind }: RegisterMessage): boolean => kind === 'putOk' || kind === 'getOk'
const isRequest = ({ kind }: RegisterMessage): boolean => kind === 'put' || kind === 'get'

/** First what the step was answered, then what it asked. */
function after(before: RegisterHistory, { node, received, sent }: Observation): RegisterHistory {
  const history = RegisterHistory.copy(before)
  if (received && isAnswer(messageIn(received))) complete(history, node, messageIn(received))
  for (const envelope of sent) {
    if (isRequest(messageIn(envelope))) invoke(history, node, messageIn(envelope))
  }
  return history
}

function invoke(history: RegisterHistory, client: NodeId, request: RegisterMessage): void {
  if (!history.valid) return
  if (history.inFlight.has(client)) {
    history.valid = false
    return
  }
  const before = new Map<NodeId, number>()
  for (const [other, operations] of history.completed) {
    if (other !== client && operations.length > 0) before.set(other, operations.length - 1)
  }
  history.inFlight.set(client, { put: request.kind === 'put' ? request.value : undefined, before })
  if (!history.completed.has(client)) history.completed.set(client, [])
}

function complete(history: RegisterHistory, client: NodeId, answer: RegisterMessage): void {
  if (!history.valid) return
  const invocation = history.inFlight.get(client)
  if (!invocation) {
    history.valid = false
    return
  }
  history.inFlight.delete(client)
  const got = answer.kind === 'getOk' ? answer.value : undefined
  history.completed.get(client)?.push({ invocation, got })
}

function linearizable(): HistoryInvariant<RegisterHistory> {
  return {
    property: 'linearizability',
    broken: (history) => {
      const clients = [...history.completed.keys()]
      if (!history.valid) {
        return { nodes: clients, message: 'a client was answered what it had not asked' }
      }
      const verdict = checkLinearizability(timed(history), registerModel)
      switch (verdict.verdict) {
        case 'linearizable':
          return undefined
        case 'violated': {
          const { client } = verdict.unplaced
          return { nodes: [client], message: describe(verdict.unplaced) }
        }
        case 'inconclusive':
          throw new RangeError(`linearizability: ${verdict.reason}`)
      }
    },
  }
}

type RegisterOperation = Operation<RegisterCommand, RegisterResult>

function describe({ client, command, result }: RegisterOperation): string {
  const seen = result?.kind === 'read' ? (result.value ?? 'nothing') : 'an answer'
  return `client ${client}'s ${command.kind} returned ${seen}, which no order of the operations explains`
}

/**
 * The history with times that say the same. What was over before an operation began grows with the
 * moment it began: so its size is the time of the call, and an operation was over just before the
 * first call that knows of it.
 */
export function timed(history: RegisterHistory): History<RegisterCommand, RegisterResult> {
  const callOf = (place: number, { before }: Invocation): number => {
    let earlier = place
    for (const last of before.values()) earlier += last + 1
    return 2 * earlier
  }
  const operations: RegisterOperation[] = []
  const end = 2 * [...history.completed.values()].reduce((sum, { length }) => sum + length, 1)
  for (const [client, completed] of history.completed) {
    for (const [place, { invocation, got }] of completed.entries()) {
      const call = callOf(place, invocation)
      let over = end
      forEachInvocation(history, (other, position, later) => {
        const known =
          other === client ? position > place : (later.before.get(client) ?? -1) >= place
        if (known) over = Math.min(over, callOf(position, later) - 1)
      })
      operations.push({ client, call, return: over, ...outcomeOf(invocation, got) })
    }
  }
  for (const [client, invocation] of history.inFlight) {
    const call = callOf(history.completed.get(client)?.length ?? 0, invocation)
    const { command } = outcomeOf(invocation, undefined)
    operations.push({ client, call, return: undefined, command, result: undefined })
  }
  return operations
}

function forEachInvocation(
  { completed, inFlight }: RegisterHistory,
  visit: (client: NodeId, place: number, invocation: Invocation) => void,
): void {
  for (const [client, operations] of completed) {
    for (const [place, { invocation }] of operations.entries()) visit(client, place, invocation)
    const open = inFlight.get(client)
    if (open) visit(client, operations.length, open)
  }
}

function outcomeOf(
  { put }: Invocation,
  got: string | undefined,
): Pick<RegisterOperation, 'command'> & { readonly result: RegisterResult } {
  if (put === undefined) return { command: { kind: 'read' }, result: { kind: 'read', value: got } }
  return { command: { kind: 'write', value: put }, result: { kind: 'write' } }
}
