import { HistoryRecorder } from '../checkers/history.ts'
import type { KeyValueCommand, KeyValueResult } from '../machines/key-value-command.ts'
import { encodeCommand } from '../machines/key-value-command.ts'
import {
  type ClientRule,
  clientSigner,
  type NodeId,
  type Reply,
  type RequestForms,
  type RequestId,
  signedRequest,
} from '../model/index.ts'
import type { Step } from '../simulator/steps/step.ts'
import { Answers } from '../simulator/workload/answers.ts'
import { resultOf, trustingClients } from '../simulator/workload/key-value.ts'
import { MatchingAnswers } from '../simulator/workload/matching-answers.ts'
import type { Workload, World } from '../simulator/world.ts'
import { commandOf, type Wish, wishOf } from './request-text.ts'

type Ask = Extract<Step, { readonly kind: 'ask' }>

/** One operation of a client, which it may ask for more than once, or of several nodes. */
interface Operation {
  readonly client: number
  readonly wish: Wish
  readonly request: RequestId
  readonly answers: MatchingAnswers
  /** Its number in the history, and when it was called; undefined before it is first asked for. */
  called: { readonly number: number; readonly micros: number } | undefined
  answered: boolean
  /** How often it is asked for in the whole run, and how many of these attempts were refused. */
  attempts: number
  refusals: number
}

/**
 * Clients that ask what the steps of a run list, when they list it, and nothing else. Whatever they
 * are told, they go on by the list; and an operation that they are not told the end of stays open.
 *
 * The writes of a client form sessions, with consecutive numbers, whichever of them are listed.
 */
export class ListedClients implements Workload {
  readonly history = new HistoryRecorder<KeyValueCommand, KeyValueResult>()
  readonly answers = new Answers()
  private readonly asks: readonly Ask[]
  private readonly forms: RequestForms
  private readonly rule: ClientRule
  private readonly operations = new Map<string, Operation>()
  private readonly byRequest = new Map<string, Operation>()

  /** @param endpoints how many clients there are: reads have numbers of their own from there on */
  constructor(
    asks: readonly Ask[],
    forms: RequestForms,
    rule: ClientRule = trustingClients,
    { nodes, endpoints }: { readonly nodes: number; readonly endpoints: number },
  ) {
    this.asks = asks
    this.forms = forms
    this.rule = rule
    const numbers = new Map<number, number>()
    for (const { client, operation, command } of asks) {
      const again = this.operations.get(`${client}.${operation}`)
      if (again) {
        again.attempts++
        continue
      }
      const wish = wishOf(command)
      const stream = client + endpoints * streamOf(wish)
      const sequence = (numbers.get(stream) ?? 0) + 1
      numbers.set(stream, sequence)
      const request = { client: stream, sequence }
      const answers = new MatchingAnswers(rule.matchingReplies(nodes))
      const made: Operation = {
        client,
        wish,
        request,
        answers,
        called: undefined,
        answered: false,
        attempts: 1,
        refusals: 0,
      }
      this.operations.set(`${client}.${operation}`, made)
      this.byRequest.set(nameOf(request), made)
    }
  }

  start(world: World): void {
    for (const ask of this.asks) world.at(ask.sentMicros, () => this.ask(world, ask))
  }

  private ask(world: World, { client, operation: number, to, takesMicros }: Ask): void {
    const operation = this.operations.get(`${client}.${number}`) as Operation
    const { wish, request } = operation
    const isOfStore = wish.kind === 'write' || wish.kind === 'read'
    if (isOfStore && !operation.called) {
      const { nowMicros: micros } = world
      operation.called = { number: this.history.call(client, micros, wish.command), micros }
    }
    const signature =
      isOfStore && this.rule.signs
        ? world.signatures.sign(
            clientSigner(request.client),
            signedRequest(request, encodeCommand(wish.command)),
          )
        : undefined
    const command = commandOf(wish, this.forms, signature)
    world.requestListed(client, to, command, request, takesMicros)
  }

  woken(): void {
    // These clients wait for nothing.
  }

  replied(world: World, client: number, { request, outcome }: Reply, from: NodeId): void {
    const operation = this.byRequest.get(nameOf(request))
    if (!operation?.called || operation.answered) return
    const { wish, called } = operation
    if (wish.kind !== 'write' && wish.kind !== 'read') return
    if (!operation.answers.note(from, outcome)) return
    if (outcome.kind !== 'done') {
      this.refused(operation)
      return
    }
    const result = resultOf(wish.command, outcome.result)
    if (result === undefined) return
    operation.answered = true
    this.history.return(called.number, world.nowMicros, result)
    const { event } = world.moment()
    this.answers.note(client, called.micros, from, event)
  }

  /** A refusal is final for its attempt; what was refused every time did not take place. Of nodes that may lie, none can say so. */
  private refused(operation: Operation): void {
    if (this.rule.asks !== 'one' || !operation.called) return
    operation.refusals++
    if (operation.refusals < operation.attempts) return
    operation.answered = true
    this.history.refuse(operation.called.number)
  }
}

/** Which of a client's streams of requests a wish belongs to: see `KeyValueWorkload`. */
function streamOf(wish: Wish): number {
  if (wish.kind === 'read') return 1
  return wish.kind === 'write' && wish.session > 1 ? wish.session : 0
}

function nameOf({ client, sequence }: RequestId): string {
  return `${client} ${sequence}`
}
